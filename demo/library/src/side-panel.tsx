import { type JSX, useEffect, useRef } from 'react'
import type { Face } from '../../shell/faces.js'
import { Icon } from '../../shell/icons.js'
import { ContentPanel } from './content-panel.js'
import { FilePanel } from './file-panel.js'
import type { LibraryFile, SharedContent } from './schema.js'
import { countWords } from './words.js'

/** What is shown beside the list. */
export type Beside =
  | { readonly kind: 'file'; readonly id: string; readonly file: LibraryFile | undefined }
  | { readonly kind: 'content'; readonly id: string; readonly content: SharedContent | undefined }

interface SidePanelProps {
  readonly beside: Beside
  /** The content of the file, if there is more than one of it. */
  readonly content: SharedContent | undefined
  readonly faces: readonly Face[]
  /** Takes the keyboard as it comes. */
  readonly isChosen: boolean
  readonly onFile: (id: string) => void
  readonly onContent: (hash: string) => void
  readonly onClose: () => void
}

/** A file or a content, beside the list or instead of it. */
export function SidePanel(props: SidePanelProps): JSX.Element {
  const { beside, content, faces, isChosen, onFile, onContent, onClose } = props
  const panel = useRef<HTMLElement>(null)
  const { id } = beside
  useEffect(() => {
    if (isChosen) panel.current?.focus({ preventScroll: true })
  }, [id, isChosen])

  function inside(): JSX.Element {
    if (beside.kind === 'content') {
      if (beside.content === undefined) return <p className="hint">There is one of it, or none.</p>
      return <ContentPanel content={beside.content} onFile={onFile} />
    }
    if (beside.file === undefined) {
      return <p className="hint">This file is not in the library: deleted, or not loaded yet.</p>
    }
    const { copies = 0, devices = [] } = content ?? {}
    const where = `${countWords(copies, 'copy', 'copies')} on ${countWords(devices.length, 'device')}`
    return (
      <FilePanel
        key={id}
        file={beside.file}
        faces={faces}
        copies={content && where}
        onContent={onContent}
        onDeleted={onClose}
      />
    )
  }

  return (
    <aside
      ref={panel}
      tabIndex={-1}
      className="panel"
      aria-label={beside.kind === 'file' ? 'File' : 'Content'}
      onKeyDown={(event) => {
        if (event.key === 'Escape' && !(event.target instanceof HTMLInputElement)) onClose()
      }}
    >
      <button type="button" className="button is-quiet is-small panel-close" onClick={onClose}>
        <Icon name="back" />
        Back to the list
      </button>
      {inside()}
    </aside>
  )
}
