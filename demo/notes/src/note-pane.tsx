import { type JSX, lazy, type LazyExoticComponent, Suspense } from 'react'
import { CaretLayer, type Undo, useText } from 'react-collab'
import { Icon } from '../../shell/icons.js'
import { usePerson } from '../../shell/person.js'
import { UndoButtons } from '../../shell/undo-buttons.js'
import { EditorSwitch } from './editor-switch.js'
import { type Note, nameOf, textPath, wordsIn } from './note.js'
import { type BodyProps, PlainBody } from './plain-body.js'
import { useEditorKind } from './use-editor-kind.js'

interface NotePaneProps {
  readonly pad: string
  readonly note: Note
  /** Was it begun just now, here? */
  readonly isNew: boolean
  readonly undo: Undo
  readonly onRemove: (id: string) => void
}

/** Read when somebody wants it: it is as large as the rest of the page. */
const CodeBody: LazyExoticComponent<(props: BodyProps) => JSX.Element> = lazy(async () => ({
  default: (await import('./code-body.js')).CodeBody,
}))

/** The open note: its title, its text, and what it is written in. */
export function NotePane({ pad, note, isNew, undo, onRemove }: NotePaneProps): JSX.Element {
  const [kind, setKind] = useEditorKind()
  const title = useText<HTMLInputElement>(pad, textPath(note.id, 'title'))
  const [person] = usePerson()
  const Body = kind === 'plain' ? PlainBody : CodeBody
  return (
    <article className="open-note" aria-label={nameOf(note)}>
      <div className="note-tools">
        <a className="button is-quiet back" href="#">
          <Icon name="back" />
          All notes
        </a>
        <EditorSwitch kind={kind} onChange={setKind} />
        <UndoButtons undo={undo} />
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
      <input
        {...title}
        className="note-title"
        aria-label="Title"
        placeholder="Title"
        dir="auto"
        autoComplete="off"
        autoFocus={isNew}
      />
      <CaretLayer text={title} {...person} />
      <Suspense fallback={<div className="note-body" />}>
        <Body pad={pad} id={note.id} />
      </Suspense>
      <p className="hint note-foot">{wordsIn(note.body ?? '')}</p>
    </article>
  )
}
