import type { JSX } from 'react'
import type { Undo } from 'react-collab'
import { Icon } from '../../shell/icons.js'
import { EditorSwitch } from './editor-switch.js'
import { type Note, nameOf } from './note.js'
import { NoteSide } from './note-side.js'
import { useEditorKind } from './use-editor-kind.js'

interface NotePaneProps {
  readonly pad: string
  readonly note: Note
  /** Was it begun just now, here? */
  readonly isNew: boolean
  readonly undo: Undo
  readonly onRemove: (id: string) => void
}

/** The open note, and what it is written in. */
export function NotePane({ pad, note, isNew, undo, onRemove }: NotePaneProps): JSX.Element {
  const [kind, setKind] = useEditorKind()
  return (
    <article className="open-note" aria-label={nameOf(note)}>
      <div className="note-tools">
        <a className="button is-quiet back" href="#">
          <Icon name="back" />
          All notes
        </a>
        <EditorSwitch kind={kind} onChange={setKind} />
        <button
          type="button"
          className="icon-button"
          aria-label="Delete note"
          title="Delete note"
          onClick={() => onRemove(note.id)}
        >
          <Icon name="trash" />
        </button>
      </div>
      <NoteSide
        object={pad}
        note={note}
        kind={kind}
        isNew={isNew}
        undo={undo}
        difference={noDifference}
      />
    </article>
  )
}

const noDifference: readonly never[] = []
