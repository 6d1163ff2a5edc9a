import { type JSX, useCallback, useMemo, useState } from 'react'
import { useContacts, useHasSynced } from 'react-collab'
import { type Contact, contactOf } from './contact.js'
import { ContactList, LIST_ID } from './contact-list.js'
import { EmptyList, NotAllLoaded } from './empty-list.js'
import { focusOn, NAME_FIELD_ID } from './focus.js'
import { useMarks } from './marks.js'
import { NoMatch } from './no-match.js'
import { usePage } from './page-context.js'
import { go, usePlace } from './place.js'
import { SearchBar } from './search-bar.js'
import { type Order, SortBar } from './sort-bar.js'
import { Skeleton } from './skeleton.js'
import { Unreadable } from '../../shell/unreadable.js'
import { useIsWide } from './use-is-wide.js'

/** Search, order and list. */
export function ListPane(): JSX.Element {
  const { book, remove } = usePage()
  const [search, setSearch] = useState('')
  const [order, setOrder] = useState<Order>({ field: 'name', isDescending: false })
  const { status, contacts, matches, total, error } = useContacts<Contact>(book, {
    search,
    orderBy: order.field,
    descending: order.isDescending,
  })
  const hasSynced = useHasSynced(book)
  const rows = useMemo(() => (contacts ?? []).map(contactOf), [contacts])
  const markOf = useMarks()
  const { cursor, moveTo, open, edit } = useCursor()

  function leaveSearch(how: 'enter-list' | 'open'): void {
    const id = rows.some((row) => row.id === cursor) ? cursor : rows[0]?.id
    if (id !== undefined) {
      if (how === 'open') open(id)
      else moveTo(id)
    }
    focusOn(LIST_ID)
  }

  function list(): JSX.Element {
    if (status === 'loading') return <Skeleton />
    if (status === 'failed') return <Unreadable object={book} what="address book" error={error} />
    if (total === 0) return <EmptyList />
    if (rows.length === 0) return <NoMatch search={search} onClear={() => setSearch('')} />
    return (
      <ContactList
        contacts={rows}
        list={JSON.stringify([search, order])}
        cursor={cursor}
        markOf={markOf}
        onCursor={moveTo}
        onOpen={open}
        onEdit={edit}
        onDelete={remove}
        onEscape={() => setSearch('')}
      />
    )
  }

  return (
    <section className="list-pane" aria-label="All contacts">
      <SearchBar search={search} onSearch={setSearch} onLeave={leaveSearch} />
      <SortBar
        order={order}
        onOrder={setOrder}
        matches={matches}
        total={total}
        isKnown={hasSynced === true}
      />
      {total > 0 && hasSynced === false && <NotAllLoaded />}
      {list()}
    </section>
  )
}

/** Where the keyboard stands in the list. Side by side, the contact there is also shown. */
function useCursor(): {
  readonly cursor: string | undefined
  readonly moveTo: (id: string) => void
  readonly open: (id: string) => void
  readonly edit: (id: string) => void
} {
  const place = usePlace()
  const isWide = useIsWide()
  const [cursor, setCursor] = useState<string>()
  const shown = place.view === 'contact' ? place.id : undefined
  const [before, setBefore] = useState(shown)
  if (shown !== before) {
    setBefore(shown)
    if (shown !== undefined) setCursor(shown)
  }
  const moveTo = useCallback(
    (id: string) => {
      setCursor(id)
      if (isWide) go({ view: 'contact', id }, 'replace')
    },
    [isWide],
  )
  const open = useCallback(
    (id: string) => {
      setCursor(id)
      go({ view: 'contact', id }, isWide ? 'replace' : 'push')
    },
    [isWide],
  )
  const edit = useCallback(
    (id: string) => {
      open(id)
      focusOn(NAME_FIELD_ID)
    },
    [open],
  )
  return { cursor: cursor ?? shown, moveTo, open, edit }
}
