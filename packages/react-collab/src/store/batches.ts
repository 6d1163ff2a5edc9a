/** Rows that were made together: one record of the outbox stands for them, beside their images (R7). */
import {
  type Event,
  type ObjectId,
  type Stamp,
  stampAfter,
  StorageError,
  withOrigin,
} from '@react-collab/core'
import { type BatchImages, type Image, PAGE_ROWS, pageOf, patchesOf } from '../image.js'
import { only, type Range, type Transaction } from './disk.js'
import type { BatchRecord, OutboxRecord } from './records.js'
import type { OutboxRow } from './store.js'

/** Tells whether a record stands for a batch. */
export const isBatch = (record: OutboxRecord): record is BatchRecord => 'batch' in record

/** Where the images of a batch lie. */
export const imagesOf = ([object, key]: OutboxRecord['key']): Range => ({
  from: [object, key],
  to: [object, key, '\uffff'],
})

/** Writes a batch into the outbox. */
export function putBatch(
  tx: Transaction,
  key: readonly [ObjectId, number],
  { events, at }: OutboxRow,
  { prefix, count, pages }: BatchImages,
): void {
  const [n0, , , meta] = events[0] as Event
  const head = { prefix, n0, count, left: count, stamps: runsOf(events, n0) }
  tx.put('outbox', { key, at, batch: meta === undefined ? head : { ...head, meta } })
  pages.forEach((rows, page) => tx.put('images', { key: [...key, page], rows }))
}

/** Makes the events of a batch of its images; those that were refused are no longer among them. */
export async function eventsOf(tx: Transaction, record: BatchRecord): Promise<readonly Event[]> {
  const pages = await tx.getAll('images', imagesOf(record.key))
  const events = pages.flatMap(({ key: [, , page], rows }) => eventsIn(record, page, rows))
  if (events.length === record.batch.left) return events
  throw new StorageError('CORRUPT', `a batch of ${record.key[0]} has lost its images`)
}

function eventsIn({ batch }: BatchRecord, page: number, rows: string): Event[] {
  const { prefix, n0, meta, stamps, first: before = stamps } = batch
  const first = page * PAGE_ROWS
  return readPage(rows).flatMap((image, i): Event[] => {
    if (image === null) return []
    const [stamp, made] = [stampAt(stamps, first + i), stampAt(before, first + i)]
    const patches = patchesOf(prefix, image)
    const eventAt = (at: Stamp): Event => {
      const n = n0 + first + i
      return meta === undefined ? [n, at, patches] : [n, at, patches, meta]
    }
    return [made === stamp ? eventAt(stamp) : withOrigin(eventAt(stamp), eventAt(made))]
  })
}

function readPage(rows: string): (Image | null)[] {
  try {
    return JSON.parse(rows) as (Image | null)[]
  } catch (error) {
    throw new StorageError('CORRUPT', 'the images of a batch cannot be read', { cause: error })
  }
}

/** Takes rows out of a batch, by number; gives back their events. */
export async function takeOut(
  tx: Transaction,
  record: BatchRecord,
  numbers: Iterable<number>,
): Promise<readonly Event[]> {
  const { key, batch } = record
  const byPage = new Map<number, Set<number>>()
  for (const n of numbers) {
    const page = Math.floor((n - batch.n0) / PAGE_ROWS)
    byPage.set(page, (byPage.get(page) ?? new Set()).add(n - batch.n0 - page * PAGE_ROWS))
  }
  const pages = [...byPage.keys()]
  const found = await Promise.all(pages.map((page) => tx.get('images', [...key, page])))
  const taken: Event[] = []
  found.forEach((images, i) => {
    if (images === undefined) return
    const page = pages[i] as number
    const places = byPage.get(page)
    const rows = readPage(images.rows)
    const keep = (isTaken: boolean): string =>
      pageOf(rows.map((row, place) => (places?.has(place) === isTaken ? null : row)))
    taken.push(...eventsIn(record, page, keep(false)))
    tx.put('images', { ...images, rows: keep(true) })
  })
  const left = batch.left - taken.length
  if (left > 0) tx.put('outbox', { ...record, batch: { ...batch, left } })
  else dropBatch(tx, key)
  return taken
}

/** Forgets a batch of the outbox. */
export function dropBatch(tx: Transaction, key: OutboxRecord['key']): void {
  tx.delete('outbox', only(key))
  tx.delete('images', imagesOf(key))
}

/** A batch whose events have new stamps. */
export const withStamps = (record: BatchRecord, events: readonly Event[]): BatchRecord => ({
  ...record,
  batch: {
    ...record.batch,
    stamps: runsOf(events, record.batch.n0),
    first: record.batch.first ?? record.batch.stamps,
  },
})

/** A place in a batch, and the stamp from which those there and behind it follow. */
type Run = BatchRecord['batch']['stamps'][number]

function stampAt(stamps: readonly Run[], place: number): Stamp {
  const [from, stamp] = stamps.findLast(([first]) => first <= place) as Run
  return stampAfter(stamp, place - from)
}

/** The stamps of a batch, as short as they can be said: one, unless it was stamped anew in part. */
function runsOf(events: readonly Event[], n0: number): Run[] {
  const runs: Run[] = []
  for (const [n, stamp] of events) {
    const last = runs.at(-1)
    const place = n - n0
    if (last === undefined || stampAfter(last[1], place - last[0]) !== stamp) {
      runs.push([place, stamp])
    }
  }
  return runs
}
