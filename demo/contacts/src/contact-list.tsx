import { type JSX, type KeyboardEvent, useLayoutEffect, useMemo, useRef } from 'react'
import type { Contact } from './contact.js'
import { focusOn, SIDE_ID } from './focus.js'
import { type ContactMark, ContactRow, optionId } from './contact-row.js'
import { moveCursor } from '../../shell/list-window.js'
import { useListWindow } from '../../shell/use-list-window.js'

/** The id of the list in the document. */
export const LIST_ID = 'contacts'

/** Height of a row; the style sheet knows it too. */
const ROW_HEIGHT = 64

interface ContactListProps {
  readonly contacts: readonly Contact[]
  /** Names the order and the search: another one begins at the top. */
  readonly list: string
  readonly cursor: string | undefined
  readonly markOf: (id: string) => ContactMark
  readonly onCursor: (id: string) => void
  readonly onOpen: (id: string) => void
  /** Enter: into the fields of the contact. */
  readonly onEdit: (id: string) => void
  readonly onDelete: (contact: Contact) => void
  readonly onEscape: () => void
}

/** The contacts, of which those in view are rendered; one stop for the Tab key. */
export function ContactList(props: ContactListProps): JSX.Element {
  const { contacts, list, cursor, markOf, onOpen } = props
  const ids = useMemo(() => contacts.map(({ id }) => id), [contacts])
  const { box, window, onScroll, reveal, pageRows } = useListWindow({
    ids,
    rowHeight: ROW_HEIGHT,
    list,
  })
  const index = useMemo(() => (cursor === undefined ? -1 : ids.indexOf(cursor)), [ids, cursor])
  const isInView = index >= window.first && index < window.end

  useReveal(cursor, index, reveal)

  const onKeyDown = listKeys(props, ids, index, pageRows)

  return (
    <ul
      id={LIST_ID}
      ref={box}
      role="listbox"
      aria-label="Contacts"
      tabIndex={0}
      className="rows"
      aria-activedescendant={isInView ? optionId(ids[index] ?? '') : undefined}
      onKeyDown={onKeyDown}
      onScroll={onScroll}
    >
      <li role="presentation" className="rows-height" style={{ height: ids.length * ROW_HEIGHT }} />
      {contacts.slice(window.first, window.end).map((contact, at) => (
        <ContactRow
          key={contact.id}
          contact={contact}
          mark={markOf(contact.id)}
          index={window.first + at}
          count={ids.length}
          top={(window.first + at) * ROW_HEIGHT}
          isCurrent={contact.id === cursor}
          onOpen={onOpen}
        />
      ))}
    </ul>
  )
}

/** Brings the cursor into view when it moves, not when the list moves under it. */
function useReveal(
  cursor: string | undefined,
  index: number,
  reveal: (index: number) => void,
): void {
  const revealed = useRef<string>(undefined)
  useLayoutEffect(() => {
    if (cursor === revealed.current || index < 0) return
    revealed.current = cursor
    reveal(index)
  }, [cursor, index, reveal])
}

/** What keys do in the list. */
function listKeys(
  props: ContactListProps,
  ids: readonly string[],
  index: number,
  pageRows: () => number,
): (event: KeyboardEvent) => void {
  return (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return
    const contact = props.contacts[index]
    const next = moveCursor(event.key, index, ids.length, pageRows())
    const id = next === undefined ? undefined : ids[next]
    if (id !== undefined) props.onCursor(id)
    else if (event.key === 'Escape') props.onEscape()
    else if (contact === undefined) return
    else if (event.key === 'Enter') props.onEdit(contact.id)
    else if (event.key === 'Delete' || event.key === 'Backspace') {
      props.onDelete(contact)
      const neighbour = ids[index + 1] ?? ids[index - 1]
      if (neighbour !== undefined) props.onCursor(neighbour)
      else focusOn(SIDE_ID)
    } else return
    event.preventDefault()
  }
}
