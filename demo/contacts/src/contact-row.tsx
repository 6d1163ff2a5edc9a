import { type JSX, memo, type MemoExoticComponent } from 'react'
import { Avatar } from './avatar.js'
import { type Contact, detailOf, nameOf } from './contact.js'
import { Icon } from '../../shell/icons.js'

/** How the edits of a contact stand, where that is worth a mark. */
export type ContactMark = 'unsent' | 'refused' | undefined

interface ContactRowProps {
  readonly contact: Contact
  readonly mark: ContactMark
  readonly index: number
  readonly count: number
  readonly top: number
  readonly isCurrent: boolean
  readonly onOpen: (id: string) => void
}

/** The id of a contact's row in the document. */
export const optionId = (id: string): string => `contact-${id}`

/** One contact in the list. */
export const ContactRow: MemoExoticComponent<(props: ContactRowProps) => JSX.Element> = memo(
  function ContactRow({ contact, mark, index, count, top, isCurrent, onOpen }: ContactRowProps) {
    const name = nameOf(contact)
    return (
      // The list has the keyboard: an option needs no focus of its own.
      <li
        id={optionId(contact.id)}
        role="option"
        aria-selected={isCurrent}
        aria-posinset={index + 1}
        aria-setsize={count}
        className="row"
        style={{ transform: `translateY(${top}px)` }}
        onClick={() => onOpen(contact.id)}
      >
        <Avatar id={contact.id} name={name} />
        <span className="row-text">
          <bdi className="row-name">{name}</bdi>
          <bdi className="row-detail">{detailOf(contact)}</bdi>
        </span>
        {mark && <RowMark mark={mark} />}
      </li>
    )
  },
)

function RowMark({ mark }: { readonly mark: 'unsent' | 'refused' }): JSX.Element {
  const words = mark === 'unsent' ? 'Not sent yet' : 'A change was refused'
  return (
    <span className={`mark is-${mark}`} title={words}>
      <Icon name={mark === 'unsent' ? 'clock' : 'alert'} />
      <span className="unseen">, {words}</span>
    </span>
  )
}
