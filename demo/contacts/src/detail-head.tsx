import type { JSX } from 'react'
import { Avatar } from './avatar.js'
import { type Contact, nameOf } from './contact.js'
import { LIST_ID } from './contact-list.js'
import { focusOn } from './focus.js'
import { Icon } from '../../shell/icons.js'
import { useUnsent } from './marks.js'
import { usePage } from './page-context.js'
import { goToList } from './place.js'

interface DetailHeadProps {
  readonly contact: Contact
  readonly isDeleted: boolean
}

/** Who this is, how the edits stand, and the way to delete. */
export function DetailHead({ contact, isDeleted }: DetailHeadProps): JSX.Element {
  const { remove } = usePage()
  const unsent = useUnsent(contact.id)
  const name = nameOf(contact)
  const company = contact.name && contact.company
  return (
    <header className="detail-head">
      <Avatar id={contact.id} name={name} isLarge />
      <div className="detail-names">
        <h2>
          <bdi>{name}</bdi>
        </h2>
        <p className="detail-state">
          <bdi>{company}</bdi>
          {unsent > 0 && (
            <span className="detail-unsent">
              {company && ' · '}
              {unsentWords(unsent)}
            </span>
          )}
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
  )
}

function unsentWords(count: number): string {
  return count === 1 ? '1 change not sent yet' : `${count} changes not sent yet`
}
