import {
  createObjectState,
  type Cursor,
  digestOfWords,
  digestRows,
  digestWords,
  type ObjectId,
  type RowKey,
} from '@react-collab/core'
import { expect, it } from 'vitest'
import { Integrity } from './integrity.js'
import type { Replica } from './replica.js'
import type { Start } from './staging.js'
import { createManualPlatform } from './testing/manual-platform.js'
import { HeldRows } from './windows/held-rows.js'
import { noWindows, type Windowing } from './windows/windowing.js'

const object = 'object' as ObjectId
const HOUR = 3_600_000

function bench(rows = 5_000, windowing: Windowing = noWindows) {
  const platform = createManualPlatform()
  const reports: unknown[] = []
  const state = createObjectState()
  const key = (i: number): RowKey => `people/p${i}` as RowKey
  const row = (phone: string) => ({ values: { phone }, stamps: { phone: 'stamp' as never } })
  for (let i = 0; i < rows; i++) state.rows.set(key(i), row(`${i}`))
  const replica = {
    cursor: { term: 't', seq: 0 },
    held: new HeldRows(windowing),
    visible: { confirmed: state },
  }
  const told: (readonly [number, string])[] = []
  const heals: (readonly number[] | undefined)[] = []
  const starts: Start[] = []
  /** Rows that are not in memory. */
  const disk = {
    rows: [] as [RowKey, ReturnType<typeof row>][],
    version: 1,
    scans: 0,
    onScan: (): unknown => undefined,
  }
  const host = {
    flushed: async () => undefined,
    store: {
      scanRows: async (_: ObjectId, most: number, from?: RowKey) => {
        disk.scans += 1
        disk.onScan()
        const { version } = disk
        const first = Number(from ?? 0)
        const isLast = first + most > disk.rows.length
        const next = isLast ? undefined : (String(first + most) as RowKey)
        return { version, rows: disk.rows.slice(first, first + most), next }
      },
    },
    platform: { ...platform, report: (error: unknown) => void reports.push(error) },
    connection: {
      send: (_: string, message: unknown) => {
        const { cursor, digest } = message as { cursor: Cursor; digest: string }
        told.push([cursor.seq, digest])
      },
    },
  }
  const integrity: Integrity = new Integrity(replica as unknown as Replica, host, () => {
    const start = integrity.healing({ base: state, cursor: replica.cursor, isReset: false })
    starts.push(start)
    heals.push(start.heal)
  })
  const words = digestWords(digestRows(state.rows))
  /** Takes entries up to one; tells where it stopped. */
  const receive = (seq: number): number[] => {
    const events = Array.from({ length: seq - replica.cursor.seq }, () => [] as never)
    const stops: number[] = []
    for (const part of integrity.parts({ term: 't', seq: replica.cursor.seq + 1, events })) {
      replica.cursor = { term: 't', seq: part.seq + part.events.length - 1 }
      stops.push(replica.cursor.seq)
    }
    return stops
  }
  const differs = (seq: number): void => integrity.differs({ object, seq, buckets: words })
  return {
    platform,
    reports,
    state,
    replica,
    told,
    heals,
    starts,
    disk,
    integrity,
    words,
    receive,
    differs,
    row,
    key,
  }
}

it('[DIG5] digests at multiples of 256, once a minute at most, and what is there at that moment', async () => {
  const { platform, told, receive, words, state, row, key } = bench()
  expect([receive(255), receive(300)]).toEqual([[255], [256, 300]])
  state.rows.set(key(1), row('later'))
  expect(receive(600)).toEqual([600])
  await platform.pass(5_000)
  expect(told).toEqual([[256, digestOfWords(words)]])
  await platform.pass(60_000)
  expect(receive(1_100)).toEqual([768, 1_100])
  await platform.pass(5_000)
  expect(told.map(([seq]) => seq)).toEqual([256, 768])
  expect(told[1]![1]).not.toBe(told[0]![1])
})

it('[DIG5] digests what is quiet, and tells it four times; again after an hour', async () => {
  const { platform, told, receive, integrity, words } = bench()
  receive(7)
  integrity.beat()
  await platform.pass(5_000)
  expect(told).toEqual([])
  for (let i = 0; i < 10; i++) {
    integrity.beat()
    await platform.pass(5_000)
  }
  expect(told).toEqual(Array.from({ length: 4 }, () => [7, digestOfWords(words)]))
  await platform.pass(HOUR)
  integrity.beat()
  await platform.pass(5_000)
  expect(told).toHaveLength(5)
})

it('[DIG6] heals what differs, by bucket, once an hour, and reports it each time', async () => {
  const { platform, reports, heals, receive, differs, integrity, state, row, key } = bench()
  const check = async (seq: number): Promise<void> => {
    await platform.pass(60_000)
    receive(seq)
    await platform.pass(5_000)
    differs(seq)
  }
  await check(256)
  expect([reports, heals]).toEqual([[], []])
  state.rows.set(key(3), row('rotten'))
  await check(512)
  expect(heals).toEqual([[expect.any(Number)]])
  integrity.healed()
  await check(768)
  expect(heals).toHaveLength(1)
  expect(reports.map(String)).toEqual([
    expect.stringMatching(/DIGEST_DIFFERS: object at entry 512: rows of 1 of 256 .* loaded again$/),
    expect.stringMatching(/object at entry 768: .* within this hour$/),
  ])
  await platform.pass(HOUR)
  await check(1024)
  expect(heals).toHaveLength(2)
})

it('[DIG6] what the server says of another place changes nothing', async () => {
  const { platform, reports, heals, receive, differs, state, row, key } = bench()
  state.rows.set(key(3), row('rotten'))
  receive(256)
  differs(256)
  await platform.pass(5_000)
  differs(512)
  expect([reports, heals]).toEqual([[], []])
})

const windowing: Windowing = new Map([['papers/', ['title']]])

/** Quiet for two heartbeats. */
async function rest({ platform, integrity }: ReturnType<typeof bench>): Promise<void> {
  for (let i = 0; i < 2; i++) {
    integrity.beat()
    await platform.pass(60_000)
  }
}

it('[DIG5] digests rows that are on the disk alone when they are quiet, page by page', async () => {
  const at = bench(5, windowing)
  const { disk, receive, told, state, row } = at
  for (let i = 0; i < 4_500; i++) disk.rows.push([`papers/${i}` as RowKey, row(`${i}`)])
  const words = digestWords(digestRows([...state.rows, ...disk.rows]))
  // One is shown.
  state.rows.set('papers/7' as RowKey, row('7'))
  receive(256)
  await at.platform.pass(60_000)
  expect(told).toEqual([])
  await rest(at)
  expect(told).toEqual([[256, digestOfWords(words)]])
  expect(disk.scans).toBe(3)
})

it('[DIG5] tells nothing of rows that change on the disk while they are digested', async () => {
  const at = bench(5, windowing)
  const { disk, receive, told, row } = at
  for (let i = 0; i < 4_500; i++) disk.rows.push([`papers/${i}` as RowKey, row(`${i}`)])
  receive(300)
  disk.onScan = () => (disk.version += 1)
  await rest(at)
  expect([told, disk.scans]).toEqual([[], 2])
  // Entries that have come since are on the disk already.
  disk.onScan = () => receive(at.replica.cursor.seq + 1)
  await rest(at)
  expect([told, disk.scans]).toEqual([[], 3])
  disk.onScan = () => undefined
  await rest(at)
  expect(told[0]).toEqual([301, expect.any(String)])
})

it('[DIG6] loads all anew where rows on the disk alone differ', async () => {
  const at = bench(5, windowing)
  const { disk, receive, differs, starts, row } = at
  disk.rows.push(['papers/1' as RowKey, row('rotten')])
  receive(300)
  await rest(at)
  differs(300)
  expect(starts).toEqual([{ base: createObjectState(), cursor: undefined, isReset: true }])
})
