import { type JSX, memo, type MemoExoticComponent } from 'react'
import { Faces } from '../../shell/face.js'
import type { Face } from '../../shell/faces.js'
import { Icon } from '../../shell/icons.js'
import { DeviceName } from './device-name.js'
import type { Label } from './label-map.js'
import type { LibraryFile } from './schema.js'
import type { LibraryDevice } from './use-device.js'
import { folderOf, sizeWords } from './words.js'

interface FileRowProps {
  readonly file: LibraryFile
  readonly device: LibraryDevice | undefined
  readonly tags: readonly Label[] | undefined
  /** Who looks at it. */
  readonly faces: readonly Face[] | undefined
}

const MOST_TAGS = 2

/** One file in the list. */
export const FileRow: MemoExoticComponent<(props: FileRowProps) => JSX.Element> = memo(
  function FileRow({ file, device, tags = [], faces = [] }: FileRowProps) {
    const { name = '', path = '', kind = 'file', size = 0 } = file
    return (
      <>
        <span className={`kind is-${kind}`}>
          <Icon name={kind} />
        </span>
        <span className="row-text">
          <span className="row-first">
            <bdi className="row-name">{name}</bdi>
            {tags.slice(0, MOST_TAGS).map((tag) => (
              <span key={tag.id} className="row-tag">
                {tag.name}
              </span>
            ))}
            {tags.length > MOST_TAGS && <span className="row-tag">+{tags.length - MOST_TAGS}</span>}
          </span>
          <bdi className="row-detail">{folderOf(path) || 'No folder'}</bdi>
        </span>
        <Faces faces={faces} label="Looking at it" most={2} />
        <DeviceName device={device} />
        <span className="row-size">{sizeWords(size)}</span>
      </>
    )
  },
)
