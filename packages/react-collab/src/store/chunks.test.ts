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

const object = 'one' as ObjectId

const event = (n: number, ms: number): Event => [
  n,
  formatStamp({ ms, counter: 0, replica: 'aaaaaaaa' as Replica }),
  [['=', `c/${n}` as RowKey, 'f', n]],
]

it('[REP28] the greatest stamp of what is on disk is known, in chunks and in the journal', async () => {
  const store = createLocalStore(createMemoryDisk())
  const lead = await store.lead()
  expect((await store.load(object)).greatest).toBeUndefined()
  const [first, second, third] = [event(1, 5), event(2, 9), event(3, 7)]
  await store.confirm(lead, object, [{ term: 't', seq: 1, events: [first, second] }], [], 0)
  expect((await store.load(object)).greatest).toBe(second[1])
  const state = createObjectState()
  for (const one of [first, second]) applyEvent(state, one)
  await store.checkpoint(lead, object, state, { term: 't', seq: 2 }, 0)
  await store.confirm(lead, object, [{ term: 't', seq: 3, events: [third] }], [], 0)
  expect((await store.load(object)).greatest).toBe(second[1])
  await store.confirm(lead, object, [{ term: 't', seq: 4, events: [event(4, 11)] }], [], 0)
  expect((await store.load(object)).greatest).toBe(event(4, 11)[1])
})
