import type { CollectionsOf, ObjectSpec, StorageError } from '@react-collab/core'
import { useCallback, useMemo } from 'react'
import type { RowView } from '../sorted-rows.js'
import { type RowActions, type Shown, useRowActions } from './row-actions.js'
import { checkOptions } from './check-options.js'
import { searchRows } from './search.js'
import type { ObjectRef, Target } from '../object-ref.js'
import type { RowIn } from './target.js'
import { firstOf, type RowsOptions, useRowsState } from './use-rows.js'

/** What an address book commonly holds of a person; each field may not have been written yet. */
export interface Contact {
  readonly id: string
  readonly name?: string
  readonly phone?: string
  readonly email?: string
  readonly address?: string
  readonly company?: string
  readonly notes?: string
}

/** Which contacts to show, and how. */
export interface ContactsOptions<T> extends Omit<RowsOptions<T>, 'where' | 'owner'> {
  /** Words that a contact's text must hold; case and accents do not matter. */
  readonly search?: string | undefined
}

/** Contacts, and the functions that write them. */
export type Contacts<T> = RowActions<T> & {
  /** How many match the search, whatever `limit` shows of them. */
  readonly matches: number
  /** How many there are, whatever the search; with `deleted`, how many are deleted. */
  readonly total: number
} & (
    | { readonly status: 'loading'; readonly contacts: undefined; readonly error: undefined }
    | {
        readonly status: 'ready'
        readonly contacts: readonly Shown<T>[]
        readonly error: undefined
      }
    | { readonly status: 'failed'; readonly contacts: undefined; readonly error: StorageError }
  )

/**
 * Reads the collection `contacts` of an object, by name unless told otherwise.
 *
 * ```tsx
 * const { contacts, matches, total, add } = useContacts('team', { search, limit: 100 })
 * const count = `${matches} of ${total}`
 * add({ name: 'Ada Lovelace', phone: '+44 20 7946 0958' })
 * ```
 */
export function useContacts<O extends ObjectSpec>(
  target: 'contacts' extends CollectionsOf<O> ? ObjectRef<O> : never,
  options?: ContactsOptions<RowIn<O, 'contacts' & CollectionsOf<O>>>,
): Contacts<RowIn<O, 'contacts' & CollectionsOf<O>>>
export function useContacts<T = Contact>(
  target: string,
  options?: ContactsOptions<NoInfer<T>>,
): Contacts<T>
export function useContacts(target: Target, options: ContactsOptions<never> = {}): unknown {
  checkOptions(options, ['search', 'orderBy', 'descending', 'limit', 'deleted'])
  const { search = '', limit } = options
  const select = useCallback(
    (rows: readonly RowView[]) => {
      const found = searchRows(rows, search)
      return { contacts: firstOf(found, limit), matches: found.length, total: rows.length }
    },
    [search, limit],
  )
  const { status, data, error } = useRowsState(target, 'contacts', options, select, 'name')
  const actions = useRowActions(target, 'contacts')
  return useMemo(() => {
    const { contacts, matches = 0, total = 0 } = data ?? {}
    return { status, contacts, matches, total, error, ...actions }
  }, [status, data, error, actions])
}
