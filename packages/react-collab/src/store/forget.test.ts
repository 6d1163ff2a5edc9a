import {
  applyEvent,
  createObjectState,
  type Event,
  formatStamp,
  type ObjectId,
  type Replica,
  type RowKey,
} from '@react-collab/core'
import { expect, it } from 'vitest'
import { createLocalStore } from './local-store.js'
import { createMemoryDisk } from './memory-disk.js'
import { type JournalBatch, UNLOCKED_SLOT, type Write } from './store.js'
import { createTables } from './tables.js'

const one = 'one' as ObjectId
const other = 'other' as ObjectId

const event = (n: number): Event => [
  n,
  formatStamp({ ms: n, counter: 0, replica: 'aaaaaaaa' as Replica }),
  [['=', `c/${n}` as RowKey, 'f', n]],
]

const write = (n: number, object = one, slot = 0): Write => {
  const row = { object, events: [event(n)], at: 0 }
  return { object, slot, counter: { n, stamp: event(n)[1] }, row }
}

const batch = (term: string, ...events: Event[]): JournalBatch => ({ term, seq: 1, events })

function stateOf(...events: Event[]) {
  const state = createObjectState()
  for (const item of events) applyEvent(state, item)
  return state
}

it('[DISK22] forgets what the log said of an object, and nothing else', async () => {
  const tables = createTables()
  const store = createLocalStore(createMemoryDisk({ tables }))
  const lead = await store.lead()
  await store.append([write(1), write(2), write(1, other)])
  await store.confirm(lead, one, [batch('t', event(1))], [1], 0)
  await store.confirm(lead, other, [batch('t', event(1))], [], 0)
  await store.checkpoint(lead, one, stateOf(event(1)), { term: 't', seq: 1 }, 0)
  expect(await store.forget(one)).toEqual({ kept: 1, lost: [] })
  const again = createLocalStore(createMemoryDisk({ tables }))
  const { cursor, pending, state } = await again.load(one)
  expect([cursor, pending.map(({ key }) => key), state.rows.size]).toEqual([undefined, [2], 0])
  expect(await again.counter(0, one)).toMatchObject({ n: 2 })
  expect((await again.load(other)).cursor).toEqual({ term: 't', seq: 1 })
})

it('[DISK22] takes another state after, with chunks of its own', async () => {
  const store = createLocalStore(createMemoryDisk())
  const lead = await store.lead()
  await store.confirm(lead, one, [batch('t', event(1))], [], 0)
  await store.checkpoint(lead, one, stateOf(event(1)), { term: 't', seq: 1 }, 0)
  await store.forget(one)
  const both = [event(1), event(2)] as const
  await store.confirm(lead, one, [batch('u', ...both)], [], 0)
  await store.checkpoint(lead, one, stateOf(...both), { term: 'u', seq: 2 }, 0)
  expect((await store.load(one)).state.rows.size).toBe(2)
})

it.each([0, UNLOCKED_SLOT])('[DISK21] refuses numbers given before, slot %i', async (slot) => {
  const store = createLocalStore(createMemoryDisk())
  const from = (n: number): Write => write(n, one, slot)
  await store.append([from(1), from(2)])
  await expect(store.append([from(2), write(9, other)])).rejects.toMatchObject({
    code: 'LOCAL_STATE_LOST',
  })
  expect((await store.pending(one)).map(({ key }) => key)).toEqual([1, 2])
  expect(await store.pending(other)).toEqual([])
  await store.append([from(3)])
  await expect(store.append([from(4), from(4)])).rejects.toMatchObject({ code: 'LOCAL_STATE_LOST' })
  expect(await store.counter(slot, one)).toMatchObject({ n: 3 })
})

it('[DISK21] rows that stay on the device take no number from what is written after them', async () => {
  const store = createLocalStore(createMemoryDisk())
  const { row: _, ...locals } = write(2)
  await store.append([write(1), { ...locals, locals: [] }])
  expect(await store.counter(0, one)).toMatchObject({ n: 1 })
  await store.append([write(2)])
  expect(await store.pending(one)).toHaveLength(2)
})
