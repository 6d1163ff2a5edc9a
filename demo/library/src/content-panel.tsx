import type { JSX } from 'react'
import { Icon } from '../../shell/icons.js'
import { DeviceName } from './device-name.js'
import { useLibrary } from './library-context.js'
import type { SharedContent } from './schema.js'
import { countWords, sizeWords } from './words.js'

interface ContentPanelProps {
  readonly content: SharedContent
  readonly onFile: (id: string) => void
}

/** A content and all files that have it, whichever device has them. */
export function ContentPanel({ content, onFile }: ContentPanelProps): JSX.Element {
  const { files, devices } = useLibrary()
  const { name = '', kind = 'file', size = 0, spare = 0, copies = 0 } = content
  const all = (files.data ?? []).filter(({ hash }) => hash === content.id)
  return (
    <>
      <div className="panel-name">
        <span className={`kind is-${kind}`}>
          <Icon name={kind} />
        </span>
        <h2 className="panel-title">
          <bdi>{name}</bdi>
        </h2>
      </div>
      <p className="hint">
        {countWords(copies, 'copy', 'copies')} of {sizeWords(size)}: with one of them,{' '}
        {sizeWords(spare)} would be free. <code title={content.id}>{content.id.slice(0, 12)}</code>
      </p>
      <ul className="copies" aria-label="Copies">
        {all.map((file) => (
          <li key={file.id}>
            <button type="button" className="copy-button" onClick={() => onFile(file.id)}>
              <DeviceName device={devices.byId.get(file.device ?? '')} />
              <bdi className="copy-path">{file.path}</bdi>
            </button>
          </li>
        ))}
      </ul>
    </>
  )
}
