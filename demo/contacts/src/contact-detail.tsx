import type { JSX } from 'react'
import { useRow, useRows } from 'react-collab'
import { type Contact, CONTACTS, contactFields, contactOf, nameOf } from './contact.js'
import { DetailHead } from './detail-head.js'
import { ContactFieldEditor, type Refusal } from './field-editor.js'
import { Icon } from '../../shell/icons.js'
import { useRefusals } from './marks.js'
import { MissingContact } from './missing-contact.js'
import { usePage } from './page-context.js'

const none: readonly Refusal[] = []

/** One contact: every field can be edited where it stands. */
export function ContactDetail({ id }: { readonly id: string }): JSX.Element {
  const { book, restore } = usePage()
  const [row] = useRow<Contact>(book, CONTACTS, id)
  const deleted = useRows<Contact>(book, CONTACTS, {
    deleted: true,
    where: (each) => each.id === id,
  })
  const refusals = useRefusals(id)
  const found = row ?? deleted.data?.[0]
  if (found === undefined) return <MissingContact id={id} />
  const contact = contactOf(found)
  const isDeleted = row === undefined
  return (
    <article className="detail" aria-label={nameOf(contact)}>
      <DetailHead contact={contact} isDeleted={isDeleted} />
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
            refusals={refusals.get(field.name) ?? none}
          />
        ))}
      </div>
    </article>
  )
}
