/** Values that later writes of others have replaced: kept for a while, so that one can be put back. */
import type { ObjectId } from '@react-collab/core'
import { allOf, type Disk, only, type Transaction } from './disk.js'
import type { Records } from './records.js'
import type { LocalStore, Overwritten, StoredOverwritten } from './store.js'

/** What is kept of a field. */
const MOST_OF_FIELD = 8
/** What is kept of an object. */
const MOST_OF_OBJECT = 2000
const MOST_AGE_MS = 30 * 86_400_000

type Entry = Records['overwritten']

/** The part of a store that shows what was overwritten. */
export const createOverwritten = (
  disk: Disk,
): Pick<LocalStore, 'overwritten' | 'dismissOverwritten'> => ({
  overwritten: (object) =>
    disk.run('read', ['overwritten'], async (tx) =>
      newestOf(await tx.getAll('overwritten', allOf(object))),
    ),

  dismissOverwritten: (object, id) =>
    disk.run('relaxed', ['overwritten'], async (tx) => {
      const [at, seq, place] = id.split('.').map(Number) as [number, number, number]
      const entry = await tx.get('overwritten', [object, at, seq])
      if (entry === undefined) return
      const items = entry.items.map((item, i) => (i === place ? null : item))
      if (items.some((item) => item !== null)) tx.put('overwritten', { ...entry, items })
      else tx.delete('overwritten', only(entry.key))
    }),
})

/** Adds what entries up to `seq`, or rows, have overwritten. */
export function putOverwritten(
  tx: Transaction,
  object: ObjectId,
  seq: number,
  items: readonly Overwritten[],
): void {
  const [first] = items
  if (first !== undefined) tx.put('overwritten', { key: [object, first.lostAt, seq], items })
}

/** Forgets what is old, or more than is kept. */
export async function trimOverwritten(
  tx: Transaction,
  object: ObjectId,
  now: number,
): Promise<void> {
  const entries = await tx.getAll('overwritten', allOf(object))
  const kept = new Set(newestOf(entries).map(({ id }) => id))
  for (const entry of entries) {
    const items = entry.items.map((item, i) => {
      const isKept = kept.has(idOf(entry, i)) && item !== null && item.lostAt > now - MOST_AGE_MS
      return isKept ? item : null
    })
    if (items.every((item) => item === null)) tx.delete('overwritten', only(entry.key))
    else if (items.some((item, i) => item !== entry.items[i]))
      tx.put('overwritten', { ...entry, items })
  }
}

const idOf = ({ key: [, at, seq] }: Entry, place: number): string => `${at}.${seq}.${place}`

/** The newest values of each field, newest first. */
function newestOf(entries: readonly Entry[]): StoredOverwritten[] {
  const byField = new Map<string, number>()
  const all = entries.flatMap((entry) =>
    entry.items.flatMap((item, i) => (item === null ? [] : [{ ...item, id: idOf(entry, i) }])),
  )
  return all
    .toReversed()
    .filter(({ row, field }) => {
      const name = `${row} ${field}`
      const count = (byField.get(name) ?? 0) + 1
      byField.set(name, count)
      return count <= MOST_OF_FIELD
    })
    .slice(0, MOST_OF_OBJECT)
}
