import type { JSX } from 'react'
import { useRows } from 'react-collab'
import { Avatar } from './avatar.js'
import { type Contact, CONTACTS, contactOf, detailOf, nameOf } from './contact.js'
import { Icon } from '../../shell/icons.js'
import { usePage } from './page-context.js'

/** More than anyone looks through; the rest comes up as these are restored. */
const MOST = 200

/** Contacts that were deleted: they can all come back. */
export function DeletedPanel(): JSX.Element {
  const { book, restore } = usePage()
  const { data } = useRows<Contact>(book, CONTACTS, { deleted: true, orderBy: 'name' })
  const contacts = (data ?? []).slice(0, MOST).map(contactOf)
  const more = (data?.length ?? 0) - contacts.length
  return (
    <div className="panel">
      <h2>Deleted contacts</h2>
      <p className="panel-lead">
        {contacts.length === 0
          ? 'Nothing is deleted. What you delete is found here, and can be restored.'
          : 'A restored contact comes back with all changes that were made to it meanwhile.'}
      </p>
      <ul className="cards">
        {contacts.map((contact) => (
          <li key={contact.id} className="card is-line">
            <Avatar id={contact.id} name={nameOf(contact)} />
            <span className="row-text">
              <bdi className="row-name">{nameOf(contact)}</bdi>
              <bdi className="row-detail">{detailOf(contact)}</bdi>
            </span>
            <button
              type="button"
              className="button"
              aria-label={`Restore ${nameOf(contact)}`}
              onClick={() => restore(contact.id)}
            >
              <Icon name="restore" />
              Restore
            </button>
          </li>
        ))}
      </ul>
      {more > 0 && <p className="panel-lead">And {more.toLocaleString('en')} more.</p>}
    </div>
  )
}
