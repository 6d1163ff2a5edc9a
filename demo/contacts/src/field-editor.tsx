import { type JSX, type KeyboardEvent, useRef } from 'react'
import { useOutbox } from 'react-collab'
import type { Contact, FieldLook } from './contact.js'
import { LIST_ID } from './contact-list.js'
import { FieldNotes } from './field-notes.js'
import { focusOn } from './focus.js'
import { hintFor } from './hints.js'
import { usePage } from './page-context.js'
import { TextField } from './text-field.js'
import { useFieldDraft } from './use-field-draft.js'

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
  readonly refusal: Refusal | undefined
}

/** One field, edited where it stands: Enter or leaving it saves, Escape gives up. */
export function ContactFieldEditor({ field, contact, refusal }: FieldEditorProps): JSX.Element {
  const { book, update } = usePage()
  const { discard } = useOutbox()
  const { name, isLong = false } = field
  const input = useRef<HTMLInputElement & HTMLTextAreaElement>(null)
  /** The refused edit that is being corrected: the new one takes its place once it is safe. */
  const correcting = useRef<number>(undefined)
  const draft = useFieldDraft({
    name: `typed: ${book} ${contact.id} ${name}`,
    stored: contact[name] ?? '',
    write(text) {
      const { local } = update(contact.id, { [name]: text })
      const key = correcting.current
      correcting.current = undefined
      if (key !== undefined) void local.then(() => discard(key))
    },
  })

  function onKeyDown(event: KeyboardEvent): void {
    if (event.key === 'Enter' && (!isLong || event.ctrlKey || event.metaKey)) draft.save()
    else if (event.key === 'Escape' && draft.isTyped) draft.drop()
    else if (event.key === 'Escape') focusOn(LIST_ID)
    else return
    event.preventDefault()
  }

  return (
    <TextField
      id={`field-${name}`}
      look={field}
      text={draft.text}
      inputRef={input}
      onText={draft.type}
      onBlur={draft.save}
      onKeyDown={onKeyDown}
    >
      <FieldNotes
        hint={draft.isTyped ? hintFor(name, draft.text) : undefined}
        note={refusal === undefined ? draft.note : undefined}
        refusal={draft.isTyped ? undefined : refusal}
        onAcceptTheirs={draft.acceptTheirs}
        onPutBack={draft.putBack}
        onCorrect={({ key, text }) => {
          correcting.current = key
          draft.type(text)
          input.current?.focus()
        }}
        onDiscard={({ key }) => void discard(key)}
      />
    </TextField>
  )
}
