import { createContext, type JSX, type ReactNode, useContext, useMemo, useState } from 'react'
import { type Added, useContacts, useSharedObject, type Written } from 'react-collab'
import { type Contact, type ContactValues, nameOf } from './contact.js'
import { createToasts, type Toasts } from '../../shell/toast-list.js'

/** What every part of the page works with. */
export interface Page {
  readonly book: string
  readonly toasts: Toasts
  readonly add: (values: ContactValues & { readonly id?: string }) => Added
  readonly update: (id: string, values: ContactValues) => Written
  /** Deletes, and offers to undo. */
  readonly remove: (contact: Contact) => void
  /** Deletes without a word: for the generator. */
  readonly removeQuietly: (id: string) => void
  readonly restore: (id: string) => void
  /** Names the address book. */
  readonly rename: (title: string) => Written
}

/** The address book's own fields. */
export interface BookFields {
  readonly title?: string
}

const PageContext = createContext<Page | undefined>(undefined)

interface PageProviderProps {
  readonly book: string
  readonly children: ReactNode
}

/** Gives one address book and the ways to change it to the page. */
export function PageProvider({ book, children }: PageProviderProps): JSX.Element {
  const [toasts] = useState(createToasts)
  // One row is enough: this is for the ways to change.
  const { add, update, remove, restore } = useContacts(book, { limit: 1 })
  const [, change] = useSharedObject<BookFields>(book)
  const page = useMemo<Page>(
    () => ({
      book,
      toasts,
      add,
      update,
      remove(contact) {
        remove(contact.id)
        toasts.show(`Deleted ${nameOf(contact)}`, {
          label: 'Undo',
          isUndo: true,
          run: () => void restore(contact.id),
        })
      },
      removeQuietly: (id) => void remove(id),
      restore: (id) => void restore(id),
      rename: (title) => change({ title }),
    }),
    [book, toasts, add, update, remove, restore, change],
  )
  return <PageContext value={page}>{children}</PageContext>
}

/** The address book that is open, and the ways to change it. */
export function usePage(): Page {
  const page = useContext(PageContext)
  if (page === undefined) throw new Error('usePage needs a PageProvider above it')
  return page
}
