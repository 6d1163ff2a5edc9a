import { type JSX, type KeyboardEvent, useEffect, useRef } from 'react'
import { useOutbox } from 'react-collab'
import type { Contact, FieldLook } from './contact.js'
import { LIST_ID } from './contact-list.js'
import { FieldNotes } from './field-notes.js'
import { focusOn } from './focus.js'
import { hintFor } from './hints.js'
import { usePage } from './page-context.js'
import { TextField } from './text-field.js'
import { type EditedField, useFieldDraft } from './use-field-draft.js'

/** A text that the server refused for this field. */
export interface Refusal {
  /** The key of the refused edit. */
  readonly key: number
  readonly text: string
  readonly reason: string
}

interface FieldEditorProps {
  readonly field: FieldLook
  readonly contact: Contact
  /** What the server refused for this field, the newest last. */
  readonly refusals: readonly Refusal[]
}

/** One field, edited where it stands: it is saved as it is typed, and Escape gives up. */
export function ContactFieldEditor({ field, contact, refusals }: FieldEditorProps): JSX.Element {
  const { book, update } = usePage()
  const { discard } = useOutbox()
  const { name, isLong = false } = field
  const input = useRef<HTMLInputElement & HTMLTextAreaElement>(null)
  const refusal = refusals.at(-1)
  const { hasWritten, isCorrecting } = useReplacement(refusals)
  const draft = useFieldDraft({
    name: `typed: ${book} ${contact.id} ${name}`,
    stored: contact[name] ?? '',
    write: (text) => update(contact.id, { [name]: text }).local.then(() => hasWritten(text)),
  })

  return (
    <TextField
      id={`field-${name}`}
      look={field}
      text={draft.text}
      inputRef={input}
      problem={draft.problem}
      onText={draft.type}
      onBlur={draft.leave}
      onKeyDown={fieldKeys(draft, isLong)}
    >
      <FieldNotes
        hint={draft.isTyped ? hintFor(name, draft.text) : undefined}
        note={refusal === undefined ? draft.note : undefined}
        refusal={draft.isTyped ? undefined : refusal}
        onAcceptTheirs={draft.acceptTheirs}
        onKeepMine={draft.keepMine}
        onPutBack={draft.putBack}
        onCorrect={({ text }) => {
          isCorrecting(text)
          draft.correct(text)
          input.current?.focus()
        }}
        onDiscard={({ key }) => {
          draft.forget()
          void discard(key)
        }}
      />
    </TextField>
  )
}

/** Enter says that the text is right, Escape gives it up; a second one leads back to the list. */
function fieldKeys(draft: EditedField, isLong: boolean): (event: KeyboardEvent) => void {
  return (event) => {
    if (event.key === 'Enter' && (!isLong || event.ctrlKey || event.metaKey)) draft.leave()
    else if (event.key === 'Escape' && draft.isTyped) draft.drop()
    else if (event.key === 'Escape') focusOn(LIST_ID)
    else return
    event.preventDefault()
  }
}

/** Lets go of refused texts that this person has typed over, once the new text is safe. */
function useReplacement(refusals: readonly Refusal[]): {
  readonly hasWritten: (text: string) => void
  readonly isCorrecting: (text: string) => void
} {
  const { discard } = useOutbox()
  const texts = useRef({ own: new Set<string>(), last: '' })
  const seen = useRef(refusals)

  function letGo(): void {
    const { own, last } = texts.current
    for (const { key, text } of seen.current) {
      const isNewest = key === seen.current.at(-1)?.key
      if (own.has(text) && !(isNewest && text === last)) void discard(key)
    }
  }

  useEffect(() => {
    seen.current = refusals
    letGo()
  })

  return {
    hasWritten(text) {
      texts.current.own.add(text)
      texts.current.last = text
      letGo()
    },
    isCorrecting(text) {
      texts.current.own.add(text)
      texts.current.last = text
    },
  }
}
