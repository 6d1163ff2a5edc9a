import {
  applyEvent,
  createObjectState,
  type Event,
  formatStamp,
  type Json,
  type ObjectId,
  packRows,
  type Patch,
  type Replica,
  type RowKey,
  type RowPage,
  unpackRows,
  type Versions,
} from '@react-collab/core'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { Lens } from './lens.js'
import { createLocalStore } from './store/local-store.js'
import { createMemoryDisk } from './store/memory-disk.js'
import { replicaOf } from './testing/test-replica.js'
import { Visible } from './visible.js'

const object = 'team' as ObjectId
const keys = ['', 'people/1', 'people/2'] as RowKey[]

/** Renames, splits and converts: what must not be done twice, nor left out. */
const versions: Versions = {
  version: 3,
  upcast: {
    1: ({ a, ...fields }) => (a === undefined ? fields : { ...fields, b: a, c: `${a as string}+` }),
    2: ({ n, ...fields }) => (typeof n === 'number' ? { ...fields, n: n * 100 } : fields),
  },
}

const lensOf = (of: Versions): Lens => new Lens({ object, versions: of, report: () => undefined })

const write = fc.record({
  writer: fc.constantFrom('a', 'b', 'c'),
  version: fc.integer({ min: 1, max: 4 }),
  ms: fc.integer({ min: 1, max: 20 }),
  key: fc.constantFrom(...keys),
  field: fc.constantFrom('a', 'b', 'c', 'n'),
  value: fc.option(fc.constantFrom<Json>(1, 'x', { $2: 'y' }, null)),
})

/** Events as writers of various versions make them. */
function eventsOf(writes: readonly (typeof write extends fc.Arbitrary<infer T> ? T : never)[]) {
  const numbers = new Map<Replica, number>()
  return writes.map(({ writer, version, ms, key, field, value }): Event => {
    const replica = replicaOf(writer)
    const n = (numbers.get(replica) ?? 0) + 1
    numbers.set(replica, n)
    const patch: Patch = value === null ? ['x', key, field] : ['=', key, field, value]
    const counter = n % 3
    return [n, formatStamp({ ms, counter, replica }), lensOf({ version }).write([patch])]
  })
}

type Rows = (readonly [RowKey, unknown])[]

const rowsOf = (visible: Visible): Rows => keys.map((key) => [key, visible.row(key)] as const)

/** Applies the entries of a log, as they come. */
function replayed(events: readonly Event[]): Rows {
  const visible = new Visible(lensOf(versions), () => undefined)
  for (const event of events) visible.confirm(event)
  return rowsOf(visible)
}

/** Takes rows as a server that knows no versions has made them of the log. */
function paged(events: readonly Event[]): Rows {
  const state = createObjectState()
  for (const event of events) applyEvent(state, event)
  const page = JSON.parse(JSON.stringify(packRows(state.rows))) as RowPage
  const loaded = createObjectState()
  unpackRows(page, (key, row) => loaded.rows.set(key, row))
  const visible = new Visible(lensOf(versions), () => undefined)
  visible.replace(loaded, [])
  return rowsOf(visible)
}

/** Opens the disk that an app of the first version has written, half as state, half as entries. */
async function stored(events: readonly Event[]): Promise<Rows> {
  const store = createLocalStore(createMemoryDisk())
  const lead = await store.lead()
  const half = events.length >> 1
  const old = createObjectState()
  for (const [i, event] of events.entries()) {
    await store.confirm(lead, object, [{ term: 't', seq: i + 1, events: [event] }], [], 0)
    applyEvent(old, event)
    if (i + 1 === half) await store.checkpoint(lead, object, old, { term: 't', seq: half }, 0)
  }
  const visible = new Visible(lensOf(versions), () => undefined)
  visible.replace((await store.load(object)).state, [])
  return rowsOf(visible)
}

it('[VER8] a log, pages of rows and an old disk show the same, in whatever order it was written', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(write, { maxLength: 12 }), async (writes) => {
      const events = eventsOf(writes)
      const rows = replayed(events)
      expect(paged(events)).toEqual(rows)
      expect(await stored(events)).toEqual(rows)
      const byWriter = [...events].sort((x, y) => (x[1].slice(12) < y[1].slice(12) ? -1 : 1))
      expect(replayed(byWriter)).toEqual(rows)
    }),
    { numRuns: 200 },
  )
})
