import type { SharedObject } from '../shared-object.js'
import type { Compare, RowView, SortedRows } from '../sorted-rows.js'
import type { Source } from './use-slice.js'

/** Which rows of a collection, in which order. */
export interface RowOrder {
  readonly collection: string
  readonly orderBy: string | Compare | undefined
  readonly descending: boolean | undefined
  readonly deleted: boolean | undefined
}

/** Reads the sorted rows of a collection; not known until the disk was read. */
export function rowsSource(order: RowOrder): Source<readonly RowView[]> {
  const { collection, orderBy, descending, deleted } = order
  let of: SharedObject | undefined
  let known: SortedRows | undefined
  // One object at a time: an order that is a function is not shared, and is to be sorted once.
  const sortedOf = (object: SharedObject): SortedRows => {
    if (known === undefined || of !== object) {
      of = object
      known = object.sorted(collection, orderBy, descending, deleted)
    }
    return known
  }
  return {
    read(object) {
      const sorted = sortedOf(object)
      return object.ready ? sorted.read() : undefined
    },
    listen: (object, listener) => sortedOf(object).subscribe(listener),
  }
}
