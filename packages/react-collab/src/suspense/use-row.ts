import { type Target } from '../object-ref.js'
import { awaited } from '../react/target.js'
import { useRow as useLoadingRow } from '../react/use-row.js'

/**
 * Reads one row of a collection and gives the function that changes it; suspends until it is read
 * from disk. The row is undefined only when it is missing or deleted.
 *
 * ```tsx
 * const [contact, change] = useRow<Contact>('team', 'contacts', id)
 * ```
 */
export const useRow: typeof useLoadingRow = (
  target: Target,
  collection: string,
  rowId: string,
  selector?: unknown,
) => useLoadingRow(awaited(target) as string, collection, rowId, selector as never) as never
