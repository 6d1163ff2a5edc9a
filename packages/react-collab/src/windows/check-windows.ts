import {
  checkNames,
  cut,
  type ObjectId,
  parseRowKey,
  type RowKey,
  UsageError,
} from '@react-collab/core'
import { checkFlag } from '../argument.js'
import { isBranch } from '../branch-id.js'
import type { HeldRows } from './held-rows.js'

/** Throws for a row of a windowed collection in a branch: what a branch has is in memory. */
export function checkNotWindowed(
  { held, object }: { readonly held: HeldRows; readonly object: ObjectId },
  key: RowKey,
): void {
  if (isBranch(object) && held.isWindowed(key)) throw notWindowed(key, 'is not part of branches')
}

/** Names a windowed collection of which somebody wants what it cannot give. */
export const notWindowed = (key: RowKey, what: string): UsageError =>
  new UsageError('UNKNOWN_COLLECTION', `${parseRowKey(key).collection} is windowed: it ${what}`)

/** How a part of a windowed collection is ordered. */
export interface WindowOptions {
  /** One of the fields that the schema names in `windowed`. */
  readonly orderBy: string
  /** The other way round; rows without the field are first then. */
  readonly descending?: boolean | undefined
}

/** Makes sure that a collection is windowed by a field. */
export function checkWindow(
  collection: string,
  windowed: readonly string[] | undefined,
  options: WindowOptions,
): void {
  checkNames('window(collection, …)', options, ['orderBy', 'descending'])
  const { orderBy, descending } = options
  if (descending !== undefined) checkFlag('descending', descending)
  if (windowed === undefined)
    throw new UsageError('UNKNOWN_COLLECTION', `${cut(collection)} is not windowed in the schema`)
  if (windowed.some((field) => field === orderBy)) return
  const message = `${cut(collection)} is ordered by ${windowed.join(', ')}, not by ${cut(orderBy)}`
  throw new UsageError('UNKNOWN_FIELD', message)
}
