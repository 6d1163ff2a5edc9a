import type { CollectionsOf, ObjectSpec } from '@react-collab/core'
import { useCallback, useMemo } from 'react'
import type { FieldValues } from '../shared-object.js'
import type { RowView } from '../sorted-rows.js'
import type { Fields, Shown } from './row-actions.js'
import { aimAt, type ObjectRef, type Target } from '../object-ref.js'
import { type RowIn } from './target.js'
import { useClient } from './use-client.js'
import { type Selector, type SetFields, useSelection } from './use-shared-object.js'
import type { Source } from './use-slice.js'

const rowSource = (collection: string, rowId: string): Source<RowView> => ({
  read: (object) => object.row(collection, rowId),
  listen: (object, listener) => object.subscribe(listener, object.key(collection, rowId)),
})

/**
 * Reads one row of a collection and gives the function that changes it; other rows render nothing.
 *
 * ```tsx
 * const [contact, change] = useRow<Contact>('team', 'contacts', id)
 * const [name] = useRow('team', 'contacts', id, (contact: Contact) => contact.name)
 * ```
 * The row is undefined while it is being read from disk, and when it is missing or deleted.
 */
export function useRow<O extends ObjectSpec, C extends CollectionsOf<O>>(
  target: ObjectRef<O>,
  collection: C,
  rowId: string,
): readonly [row: Shown<RowIn<O, C>> | undefined, change: SetFields<Fields<RowIn<O, C>>>]
export function useRow<O extends ObjectSpec, C extends CollectionsOf<O>, S>(
  target: ObjectRef<O>,
  collection: C,
  rowId: string,
  selector: Selector<Shown<RowIn<O, C>>, S>,
): readonly [slice: S | undefined, change: SetFields<Fields<RowIn<O, C>>>]
export function useRow<T = FieldValues>(
  target: string,
  collection: string,
  rowId: string,
): readonly [row: Shown<T> | undefined, change: SetFields<Fields<T>>]
export function useRow<T, S>(
  target: string,
  collection: string,
  rowId: string,
  selector: Selector<T, S>,
): readonly [slice: S | undefined, change: SetFields<Fields<T>>]
export function useRow(
  target: Target,
  collection: string,
  rowId: string,
  selector?: Selector<never, unknown>,
): readonly [unknown, SetFields<FieldValues>] {
  const client = useClient()
  const { id, spec } = aimAt(target)
  const source = useMemo(() => rowSource(collection, rowId), [collection, rowId])
  const change = useCallback<SetFields<FieldValues>>(
    (values) => client.peek(id, spec).update(collection, rowId, values),
    [client, id, spec, collection, rowId],
  )
  return [useSelection(target, source, selector, undefined), change]
}
