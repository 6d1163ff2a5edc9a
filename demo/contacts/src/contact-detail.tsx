import { type JSX, useMemo } from 'react'
import { useOutbox, useRow, useRows } from 'react-collab'
import { Avatar } from './avatar.js'
import { type Contact, CONTACTS, contactFields, contactOf, nameOf } from './contact.js'
import { describeEdit, touchedContacts } from './describe-edit.js'
import { ContactFieldEditor, type Refusal } from './field-editor.js'
import { focusOn } from './focus.js'
import { Icon } from './icons.js'
import { LIST_ID } from './contact-list.js'
import { usePage } from './page-context.js'
import { goToList } from './place.js'
import { MissingContact } from './missing-contact.js'

/** One contact: every field can be edited where it stands. */
export function ContactDetail({ id }: { readonly id: string }): JSX.Element {
  const { book, remove, restore } = usePage()
  const [row] = useRow<Contact>(book, CONTACTS, id)
  const deleted = useRows<Contact>(book, CONTACTS, {
    deleted: true,
    where: (each) => each.id === id,
  })
  const under = row ?? deleted.data?.[0]
  const contact = under && contactOf(under)
  const refusals = useRefusals(id)
  const unsent = useUnsent(id)
  if (contact === undefined) return <MissingContact id={id} />
  const isDeleted = row === undefined
  const name = nameOf(contact)
  const subtitle = contact.name && contact.company
  return (
    <article className="detail" aria-label={name}>
      <header className="detail-head">
        <Avatar id={id} name={name} isLarge />
        <div className="detail-names">
          <h2>
            <bdi>{name}</bdi>
          </h2>
          <p className="detail-state">
            <bdi>{subtitle}</bdi>
            {subtitle && unsent > 0 && ' · '}
            {unsent > 0 && <span className="detail-unsent">{unsentWords(unsent)}</span>}
          </p>
        </div>
        {!isDeleted && (
          <button
            type="button"
            className="button is-quiet"
            onClick={() => {
              remove(contact)
              goToList()
              focusOn(LIST_ID)
            }}
          >
            <Icon name="trash" />
            Delete
          </button>
        )}
      </header>
      {isDeleted && (
        <div className="notice" role="status">
          <p>This contact is deleted. What you change is kept beneath, and shows when restored.</p>
          <button type="button" className="button" onClick={() => restore(id)}>
            <Icon name="restore" />
            Restore
          </button>
        </div>
      )}
      <div className="fields">
        {contactFields.map((field) => (
          <ContactFieldEditor
            key={field.name}
            field={field}
            contact={contact}
            refusal={refusals.get(field.name)}
          />
        ))}
      </div>
    </article>
  )
}

function unsentWords(count: number): string {
  return count === 1 ? '1 change not sent yet' : `${count} changes not sent yet`
}

/** The latest refused text of each field of a contact. */
function useRefusals(id: string): ReadonlyMap<string, Refusal> {
  const { book } = usePage()
  const { rejected } = useOutbox()
  return useMemo(() => {
    const refusals = new Map<string, Refusal>()
    for (const { key, object, event, message } of rejected) {
      const edit = describeEdit(event[2])
      if (object !== book || edit.id !== id || edit.action !== 'change') continue
      for (const [field, text] of Object.entries(edit.values)) {
        refusals.set(field, { key, text, reason: message })
      }
    }
    return refusals
  }, [rejected, book, id])
}

function useUnsent(id: string): number {
  const { book } = usePage()
  const { pending } = useOutbox()
  return useMemo(
    () => pending.filter((edit) => edit.object === book && touchedContacts([edit]).has(id)).length,
    [pending, book, id],
  )
}
