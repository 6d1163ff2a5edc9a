import type { JSX } from 'react'
import { Faces } from '../../shell/face.js'
import type { Face } from '../../shell/faces.js'
import { Icon } from '../../shell/icons.js'
import { DeviceName } from './device-name.js'
import { FileOwner } from './file-owner.js'
import { LabelPicks } from './label-picks.js'
import { useLibrary } from './library-context.js'
import { NameField } from './name-field.js'
import type { LibraryFile } from './schema.js'
import { sizeWords } from './words.js'

interface FilePanelProps {
  readonly file: LibraryFile
  /** Who else looks at it. */
  readonly faces: readonly Face[]
  /** Where its content is, in words; undefined when it is nowhere else. */
  readonly copies: string | undefined
  readonly onContent: (hash: string) => void
  readonly onDeleted: () => void
}

/** One file: what is known of it, what is said about it, and who may change it. */
export function FilePanel({
  file,
  faces,
  copies,
  onContent,
  onDeleted,
}: FilePanelProps): JSX.Element {
  const { devices, tags, albums, rename } = useLibrary()
  const { id, name = '', path = '', size = 0, kind = 'file', hash = '', device = '', mine } = file
  return (
    <>
      <div className="panel-name">
        <span className={`kind is-${kind}`}>
          <Icon name={kind} />
        </span>
        {mine ? (
          <NameField
            label="Name of the file"
            value={name}
            className="input panel-title"
            onName={(next) => rename(id, next)}
          />
        ) : (
          <h2 className="panel-title">
            <bdi>{name}</bdi>
          </h2>
        )}
        <Faces faces={faces} label="Also looking at it" most={4} />
      </div>
      <dl className="facts">
        <div>
          <dt>Path</dt>
          <dd>
            <bdi>{path}</bdi>
          </dd>
        </div>
        <div>
          <dt>Size</dt>
          <dd>{sizeWords(size)}</dd>
        </div>
        <div>
          <dt>Device</dt>
          <dd>
            <DeviceName device={devices.byId.get(device)} />
          </dd>
        </div>
        <div>
          <dt>Content</dt>
          <dd>
            <code title={hash}>{hash.slice(0, 12)}</code>{' '}
            {copies === undefined ? (
              'only here'
            ) : (
              <button type="button" className="text-button" onClick={() => onContent(hash)}>
                {copies}
              </button>
            )}
          </dd>
        </div>
      </dl>
      <LabelPicks title="Tags" one="a tag" labels={tags} file={id} />
      <LabelPicks title="Albums" one="an album" labels={albums} file={id} />
      <FileOwner file={file} onDeleted={onDeleted} />
    </>
  )
}
