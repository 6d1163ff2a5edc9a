import type { JSX } from 'react'
import type { FieldNote } from './field-draft.js'
import type { Refusal } from './field-editor.js'

interface FieldNotesProps {
  readonly hint: string | undefined
  readonly note: FieldNote | undefined
  readonly refusal: Refusal | undefined
  readonly onAcceptTheirs: () => void
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

function ConflictNote(props: FieldNotesProps & { readonly note: FieldNote }): JSX.Element {
  const { note } = props
  if (note.kind === 'changed-while-typing') {
    return (
      <p className="field-note">
        <span>
          Someone changed this to <Quoted text={note.theirs} /> while you typed. What is saved last
          stands.
        </span>
        {/* Before the field is left, or leaving it would save. */}
        <button
          type="button"
          className="button is-plain is-small"
          onPointerDown={(event) => event.preventDefault()}
          onClick={props.onAcceptTheirs}
        >
          Take theirs
        </button>
      </p>
    )
  }
  return (
    <p className="field-note">
      <span>
        Someone wrote this after you. You had <Quoted text={note.mine} />.
      </span>
      <button
        type="button"
        className="button is-plain is-small"
        onClick={() => props.onPutBack(note.mine)}
      >
        Put mine back
      </button>
      <button type="button" className="button is-plain is-small" onClick={props.onAcceptTheirs}>
        Keep theirs
      </button>
    </p>
  )
}

function RefusalNote(props: FieldNotesProps & { readonly refusal: Refusal }): JSX.Element {
  const { refusal } = props
  return (
    <p className="field-note is-refused">
      <span>
        The server did not take <Quoted text={refusal.text} />: {refusal.reason}. It is kept for
        you.
      </span>
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
    </p>
  )
}

function Quoted({ text }: { readonly text: string }): JSX.Element {
  return text === '' ? (
    <em>nothing</em>
  ) : (
    <q>
      <bdi>{text}</bdi>
    </q>
  )
}
