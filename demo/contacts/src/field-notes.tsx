import type { JSX, PointerEvent } from 'react'
import type { FieldNote } from './field-draft.js'
import type { Refusal } from './field-editor.js'

interface FieldNotesProps {
  readonly hint: string | undefined
  readonly note: FieldNote | undefined
  readonly refusal: Refusal | undefined
  readonly onAcceptTheirs: () => void
  readonly onKeepMine: () => void
  readonly onPutBack: (text: string) => void
  readonly onCorrect: (refusal: Refusal) => void
  readonly onDiscard: (refusal: Refusal) => void
}

/** What there is to say about a field: calmly, below it, with a way out. */
export function FieldNotes(props: FieldNotesProps): JSX.Element {
  return (
    <>
      {props.hint && <p className="hint">{props.hint}</p>}
      {props.note && <ConflictNote {...props} note={props.note} />}
      {props.refusal && <RefusalNote {...props} refusal={props.refusal} />}
    </>
  )
}

/** Theirs first, mine second, in both: the words may change under someone's hand. */
function ConflictNote(props: FieldNotesProps & { readonly note: FieldNote }): JSX.Element {
  const { note } = props
  const isOver = note.kind === 'changed-while-typing'
  return (
    <p className="field-note">
      {isOver ? (
        <span>
          Someone else wrote <Quoted text={note.theirs} /> here{' '}
          {note.stands === 'mine'
            ? 'while you typed. Yours is later: it stands.'
            : 'after you. Theirs stands, unless you keep yours.'}
        </span>
      ) : (
        <span>
          Someone else wrote this after you: theirs stands. You had <Quoted text={note.mine} />.
        </span>
      )}
      <span className="field-note-ways">
        <button
          type="button"
          className="button is-plain is-small"
          onPointerDown={stayInField}
          onClick={props.onAcceptTheirs}
        >
          {isOver ? 'Take theirs' : 'Keep theirs'}
        </button>
        <button
          type="button"
          className="button is-plain is-small"
          onPointerDown={stayInField}
          onClick={() => (isOver ? props.onKeepMine() : props.onPutBack(note.mine))}
        >
          {isOver ? 'Keep mine' : 'Put mine back'}
        </button>
      </span>
    </p>
  )
}

/** Enough to know a text by. */
const MOST_QUOTED = 200

/** Leaving the field would save, and change the note before it is clicked. */
const stayInField = (event: PointerEvent): void => event.preventDefault()

function RefusalNote(props: FieldNotesProps & { readonly refusal: Refusal }): JSX.Element {
  const { refusal } = props
  return (
    <p className="field-note is-refused">
      <span>
        The server did not take <Quoted text={refusal.text} />: {refusal.reason}. It is kept for
        you.
      </span>
      <span className="field-note-ways">
        <button
          type="button"
          className="button is-plain is-small"
          onClick={() => props.onCorrect(refusal)}
        >
          Correct it
        </button>
        <button
          type="button"
          className="button is-plain is-small"
          onClick={() => props.onDiscard(refusal)}
        >
          Discard
        </button>
      </span>
    </p>
  )
}

function Quoted({ text }: { readonly text: string }): JSX.Element {
  return text === '' ? (
    <em>nothing</em>
  ) : (
    <q>
      <bdi>{text.length > MOST_QUOTED ? `${text.slice(0, MOST_QUOTED)}…` : text}</bdi>
    </q>
  )
}
