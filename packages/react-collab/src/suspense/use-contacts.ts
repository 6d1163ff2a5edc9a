import type { CollectionsOf, ObjectSpec } from '@react-collab/core'
import { type ObjectRef, type Target } from '../object-ref.js'
import { awaited, type RowIn } from '../react/target.js'
import {
  type Contact,
  type Contacts,
  type ContactsOptions,
  useContacts as useLoadingContacts,
} from '../react/use-contacts.js'

/** Contacts that have been read. */
export type ReadyContacts<T> = Extract<Contacts<T>, { readonly status: 'ready' }>

/**
 * Reads the collection `contacts` of an object; suspends until it is read from disk, and throws the
 * error of a disk that cannot be read.
 *
 * ```tsx
 * const { contacts, add } = useContacts('team', { search })
 * ```
 */
export function useContacts<O extends ObjectSpec>(
  target: 'contacts' extends CollectionsOf<O> ? ObjectRef<O> : never,
  options?: ContactsOptions<RowIn<O, 'contacts' & CollectionsOf<O>>>,
): ReadyContacts<RowIn<O, 'contacts' & CollectionsOf<O>>>
export function useContacts<T = Contact>(
  target: string,
  options?: ContactsOptions<NoInfer<T>>,
): ReadyContacts<T>
export function useContacts(target: Target, options?: ContactsOptions<never>): unknown {
  return useLoadingContacts(awaited(target) as string, options as ContactsOptions<Contact>)
}
