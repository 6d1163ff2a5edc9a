import {
  applyEvent,
  createObjectState,
  type Cursor,
  type Event,
  formatStamp,
  StorageError,
} from '@react-collab/core'
import { beforeEach, describe, expect, it } from 'vitest'
import { createJournal, type Journal } from './journal.js'
import { createServerClock } from './server-clock.js'
import type { JournalBatch, LocalStore } from './store/store.js'
import { createLocalStore } from './store/local-store.js'
import { createMemoryDisk } from './store/memory-disk.js'
import { createManualPlatform, type ManualPlatform } from './testing/manual-platform.js'
import { object, replicaOf, set } from './testing/test-replica.js'

let platform: ManualPlatform
let store: LocalStore
let journal: Journal
let told: string[]
let writes: string[]
let fault: StorageError | undefined
let state = createObjectState()
let cursor: Cursor | undefined

beforeEach(async () => {
  fault = undefined
  told = []
  writes = []
  state = createObjectState()
  cursor = undefined
  platform = createManualPlatform()
  const crashPoint = ({ when, tables }: { when: string; tables: readonly string[] }) => {
    if (when === 'before') writes.push(tables.includes('chunks') ? 'checkpoint' : 'confirm')
    return when === 'before' ? fault : undefined
  }
  store = createLocalStore(createMemoryDisk({ crashPoint }))
  const lead = await store.lead()
  writes = []
  journal = createJournal(object, {
    platform,
    store,
    lead,
    clock: createServerClock(platform),
    written: (batches) =>
      told.push(batches.map(({ seq, events }) => `${seq}+${events.length}`).join()),
    checkpointed: () => undefined,
    fenced: () => told.push('fenced'),
    trouble: (error) => told.push(error?.code ?? 'well'),
    confirmed: () => ({ state, cursor }),
  })
})

const event = (n: number): Event => [
  n,
  formatStamp({ ms: n, counter: 0, replica: replicaOf('z') }),
  [set(`${n % 10}`, 'f', n)],
]

/** Receives entries, as a replica does, and has them written. */
function receive(from: number, to: number, term = 't'): void {
  const batch: JournalBatch = {
    term,
    seq: from,
    events: Array.from({ length: to - from + 1 }, (_, i) => event(from + i)),
  }
  for (const one of batch.events) applyEvent(state, one)
  cursor = { term, seq: to }
  journal.add(batch, [])
}

describe('[LINK8] a journal', () => {
  it('writes what comes while a transaction runs as one batch, in order', async () => {
    receive(1, 1)
    receive(2, 3)
    receive(4, 4)
    await platform.settle()
    expect(told).toEqual(['1+1', '2+3'])
    expect((await store.load(object)).cursor).toEqual({ term: 't', seq: 4 })
  })

  it('joins no batches of two terms', async () => {
    receive(1, 1)
    receive(2, 2)
    receive(3, 3, 'u')
    await platform.settle()
    expect(told).toEqual(['1+1', '2+1,3+1'])
  })

  it('tries again until the disk takes it, with growing patience, and loses nothing', async () => {
    fault = new StorageError('QUOTA', 'full')
    receive(1, 1)
    await platform.settle()
    expect(platform.delays).toEqual([250])
    await platform.pass(250)
    receive(2, 2)
    expect(platform.delays).toEqual([500])
    fault = undefined
    await platform.pass(500)
    expect(told).toEqual(['QUOTA', 'QUOTA', 'well', '1+2'])
  })

  it('resolves flushed when all that was added is on disk', async () => {
    receive(1, 5)
    await journal.flushed()
    expect((await store.load(object)).cursor).toEqual({ term: 't', seq: 5 })
  })

  it('ends when another tab leads, and lets nobody wait for it', async () => {
    await store.lead()
    receive(1, 1)
    await journal.flushed()
    expect(told).toEqual(['fenced'])
    receive(2, 2)
    await platform.pass(60_000)
    expect(told).toEqual(['fenced'])
  })

  it('writes nothing after close', async () => {
    journal.close()
    receive(1, 1)
    await platform.pass(60_000)
    expect(told).toEqual([])
  })

  it('writes a checkpoint at idle, and not again before much has come', async () => {
    receive(1, 1)
    await platform.pass(200)
    const { length } = writes
    expect(writes).toContain('checkpoint')
    receive(2, 2)
    await platform.pass(200)
    expect(writes.slice(length)).toEqual(['confirm'])
    receive(3, 600)
    await platform.pass(200)
    expect(writes.slice(length + 1)).toContain('checkpoint')
    expect(await store.journal(object, { term: 't', seq: 1 })).toBeUndefined()
  })

  it('says that the disk is well again after a checkpoint that it did not take', async () => {
    receive(1, 600)
    await platform.settle()
    fault = new StorageError('QUOTA', 'full')
    await platform.pass(100)
    fault = undefined
    receive(601, 601)
    await platform.pass(60_000)
    expect(told).toEqual(['1+600', 'QUOTA', 'well', '601+1'])
  })

  it('goes on with entries that came while a checkpoint was written', async () => {
    receive(1, 600)
    await platform.settle()
    platform.idle(() => receive(601, 601))
    await platform.pass(500)
    expect((await store.load(object)).cursor).toEqual({ term: 't', seq: 601 })
    expect((await store.load(object)).state.vv).toEqual(state.vv)
  })
})
