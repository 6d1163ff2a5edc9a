import { type Collection, cut, UsageError } from '@react-collab/core'
import type { Unsubscribe } from '../listeners.js'
import type { SharedObject } from '../shared-object.js'
import { type Compare, mayShow, type RowView } from '../sorted-rows.js'
import type { FirstRows } from '../windows/first-rows.js'
import type { Source } from './use-slice.js'

/** Which rows of a collection, in which order. */
export interface RowOrder {
  readonly collection: string
  readonly orderBy: string | Compare | undefined
  /** What orders them where nothing else is named, if they have such a field. */
  readonly usual: string | undefined
  readonly descending: boolean | undefined
  readonly deleted: boolean | undefined
  /** A function picks rows: where not all are in memory, they are looked through. */
  readonly isPicking: boolean
  /** Only one's own are wanted. */
  readonly isOwn: boolean
}

/** Which of them are looked at, where not all are in memory. */
export interface RowWish {
  readonly limit?: number | undefined
  readonly where?: ((row: RowView) => boolean) | undefined
}

/** Sorted rows that may be asked for in part. */
export interface RowsSource extends Source<readonly RowView[]> {
  /** What is asked for may be another. */
  want(wish: RowWish): void
}

interface Rows {
  read(): readonly RowView[] | undefined
  subscribe(listener: () => void): Unsubscribe
}

/**
 * Reads the sorted rows of a collection; not known until the disk was read. Of a windowed one it reads
 * those that are asked for.
 */
export function rowsSource(order: RowOrder, first: RowWish): RowsSource {
  const { collection, descending, deleted, isPicking } = order
  let wish = first
  let of: SharedObject | undefined
  let known: Rows | undefined
  let part: FirstRows | undefined
  // One object at a time: an order that is a function is not shared, and is to be sorted once.
  const rowsOf = (object: SharedObject): Rows => {
    if (known === undefined || of !== object) {
      of = object
      const spec = object.collection(collection)
      if (order.isOwn && spec?.kind !== 'owned')
        throw new UsageError('BAD_VALUE', `the rows of ${cut(collection)} have no owner`)
      const isWindowed = spec?.windowed !== undefined
      part = isWindowed ? firstOf(object, order) : undefined
      if (part !== undefined) ask(part)
      known = part ?? object.sorted(collection, orderIn(spec, order), descending, deleted)
    }
    return known
  }
  const ask = (of: FirstRows): void => {
    const { limit, where } = wish
    if (limit === undefined)
      throw new UsageError('BAD_VALUE', `${cut(collection)} is windowed: give a limit`)
    of.want(limit, isPicking ? where : undefined)
  }
  return {
    want(next) {
      wish = next
      if (part !== undefined) ask(part)
    },
    read(object) {
      const rows = rowsOf(object)
      return object.ready ? rows.read() : undefined
    },
    listen: (object, listener) => rowsOf(object).subscribe(listener),
  }
}

function orderIn(spec: Collection | undefined, { orderBy, usual }: RowOrder): RowOrder['orderBy'] {
  const isThere = usual !== undefined && (spec === undefined || mayShow(spec, usual))
  return orderBy ?? (isThere ? usual : undefined)
}

function firstOf(object: SharedObject, order: RowOrder): FirstRows {
  const { collection, descending, deleted, orderBy = order.usual } = order
  if (deleted === true)
    throw new UsageError('BAD_VALUE', `${cut(collection)} is windowed: deleted rows have no order`)
  return object.first(collection, { orderBy: orderBy as string, descending })
}
