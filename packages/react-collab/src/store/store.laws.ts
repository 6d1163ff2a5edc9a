/** Any sequence of operations on a store tells the same as a model that only remembers. */
import {
  applyEvent,
  canonicalState,
  createObjectState,
  type Cursor,
  type Event,
  type ObjectId,
  type ObjectState,
  type Replica,
  replicaOf,
  type Row,
  type RowKey,
  type Stamp,
  withOrigin,
} from '@react-collab/core'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createLocalStore } from './local-store.js'
import type { Medium } from './store.contract.js'
import type { LocalStore, Rejected, StoredRow } from './store.js'

const objects = ['obj1', 'obj10', 'x'] as ObjectId[]
const replicas = ['aaaaaaaa', 'bbbbbbbb'] as Replica[]
const others = 'cccccccc' as Replica
const hour = 3_600_000

/** What a store should hold of an object. */
interface Shadow {
  state: ObjectState
  cursor: Cursor | undefined
  pending: StoredRow[]
  sent: { at: number; row: StoredRow }[]
  counters: { n: number; stamp?: Stamp; epoch?: number }[]
  locals: Map<string, Stamp>
  /** Numbers of the events of others. */
  foreign: number
}

interface World {
  readonly tabs: LocalStore[]
  readonly shadows: Map<ObjectId, Shadow>
  rejected: Omit<Rejected, 'key'>[]
  leader: number
  lead: number
  nextKey: number
  ms: number
  now: number
  term: number
}

const blank = (): Shadow => ({
  state: createObjectState(),
  cursor: undefined,
  pending: [],
  sent: [],
  counters: [{ n: 0 }, { n: 0 }],
  locals: new Map(),
  foreign: 0,
})

const copyOf = (state: ObjectState): ObjectState => ({
  rows: new Map(state.rows),
  vv: new Map(state.vv),
})

const stampAt = (ms: number, replica: Replica): Stamp =>
  `${ms.toString(36).padStart(9, '0')}000${replica}` as Stamp

type Step =
  | {
      readonly kind: 'append'
      readonly tab: number
      readonly events: number
      readonly local: boolean
    }
  | {
      readonly kind: 'confirm'
      readonly own: number
      readonly foreign: number
      readonly renew: boolean
    }
  | { readonly kind: 'checkpoint' | 'lead' | 'restamp' | 'reload'; readonly tab: number }
  | { readonly kind: 'park'; readonly row: number; readonly keep: boolean }
  | { readonly kind: 'reset'; readonly restore: number }
  | { readonly kind: 'wait'; readonly hours: number }

type Placed = Step & { readonly object: ObjectId }

const index = fc.nat(1)
const few = fc.nat(3)

const steps: fc.Arbitrary<Placed> = fc
  .tuple(
    fc.constantFrom(...objects),
    fc.oneof<fc.WeightedArbitrary<Step>[]>(
      {
        weight: 6,
        arbitrary: fc.record({
          kind: fc.constant('append'),
          tab: index,
          events: few,
          local: fc.boolean(),
        }),
      },
      {
        weight: 6,
        arbitrary: fc.record({
          kind: fc.constant('confirm'),
          own: few,
          foreign: few,
          renew: fc.boolean(),
        }),
      },
      {
        weight: 5,
        arbitrary: fc.record({
          kind: fc.constantFrom('checkpoint', 'checkpoint', 'lead', 'restamp', 'reload'),
          tab: index,
        }),
      },
      {
        weight: 2,
        arbitrary: fc.record({ kind: fc.constant('park'), row: few, keep: fc.boolean() }),
      },
      { weight: 1, arbitrary: fc.record({ kind: fc.constant('reset'), restore: few }) },
      { weight: 1, arbitrary: fc.record({ kind: fc.constant('wait'), hours: fc.nat(20) }) },
    ),
  )
  .map(([object, step]): Placed => ({ ...step, object }))

function newEvent(world: World, n: number, replica: Replica): Event {
  world.ms++
  const row = `c/${world.ms % 7}` as RowKey
  return [n, stampAt(world.ms, replica), [['=', row, `f${world.ms % 3}`, world.ms]]]
}

async function append(
  world: World,
  shadow: Shadow,
  step: Placed & { kind: 'append' },
): Promise<void> {
  const { object, tab } = step
  const counter = shadow.counters[tab]!
  const events = Array.from({ length: step.events }, () =>
    newEvent(world, ++counter.n, replicas[tab]!),
  )
  const last = stampAt(++world.ms, replicas[tab]!)
  counter.stamp = last
  const local: Row = { values: { body: world.ms }, stamps: { body: last } }
  const row = { object, events, at: world.now }
  const [key] = await world.tabs[tab]!.append([
    {
      object,
      slot: tab,
      counter,
      ...(step.events > 0 && { row }),
      ...(step.local && { locals: [['drafts/1' as RowKey, local]] as const }),
    },
  ])
  if (step.local) shadow.locals.set('drafts/1', last)
  expect(key).toBe(step.events > 0 ? world.nextKey++ : undefined)
  if (key !== undefined) shadow.pending.push({ ...row, key })
}

async function confirm(
  world: World,
  shadow: Shadow,
  step: Placed & { kind: 'confirm' },
): Promise<void> {
  const settled = shadow.pending.splice(0, step.own)
  const foreign = Array.from({ length: step.foreign }, () =>
    newEvent(world, ++shadow.foreign, others),
  )
  const events = [...foreign, ...settled.flatMap((row) => row.events)]
  if (step.renew) world.term++
  const term = `t${world.term}`
  const seq = (shadow.cursor?.seq ?? 0) + 1
  const half = events.length >> 1
  const batches = [
    { term, seq, events: events.slice(0, half) },
    { term, seq: seq + half, events: events.slice(half) },
  ]
  const keys = settled.map(({ key }) => key)
  const store = world.tabs[world.leader]!
  await store.confirm(world.lead, step.object, batches, keys, world.now)
  const follower = await world.tabs[1 - world.leader]!.journal(step.object, shadow.cursor)
  expect(follower?.flatMap((batch) => batch.events)).toEqual(events)
  for (const event of events) applyEvent(shadow.state, event)
  if (events.length > 0) shadow.cursor = { term, seq: seq + events.length - 1 }
  for (const row of settled) shadow.sent.push({ at: world.now, row })
}

async function park(world: World, shadow: Shadow, step: Placed & { kind: 'park' }): Promise<void> {
  const row = shadow.pending[step.row]
  if (row === undefined) return
  const parked = step.keep ? row.events.slice(1) : row.events
  if (parked.length === 0) return
  const reason = { code: 'REFUSED', message: 'no' } as const
  const reasons = parked.map(([n]) => ({ n, ...reason }))
  const store = world.tabs[world.leader]!
  await store.park(world.lead, step.object, [{ key: row.key, parked: reasons }], world.now)
  for (const event of parked) {
    world.rejected.push({ object: step.object, event, ...reason, at: world.now })
    world.nextKey++
  }
  shadow.pending[step.row] = { ...row, events: row.events.filter((e) => !parked.includes(e)) }
  shadow.pending = shadow.pending.filter(({ events }) => events.length > 0)
}

async function reset(
  world: World,
  shadow: Shadow,
  step: Placed & { kind: 'reset' },
): Promise<void> {
  const back = shadow.sent.slice(0, step.restore).map(({ row }) => row)
  shadow.sent = shadow.sent.slice(step.restore)
  const cursor = { term: `t${++world.term}`, seq: Math.max(0, (shadow.cursor?.seq ?? 0) - 2) }
  const keys = back.map(({ key }) => key)
  const store = world.tabs[world.leader]!
  await store.reset(world.lead, step.object, shadow.state, cursor, keys)
  shadow.cursor = cursor
  shadow.pending = [...back, ...shadow.pending].toSorted((a, b) => a.key - b.key)
}

async function restamp(world: World, shadow: Shadow, object: ObjectId): Promise<void> {
  const stamps = new Map<Event, Stamp>()
  shadow.pending = shadow.pending.map((row) => ({
    ...row,
    events: row.events.map((event): Event => {
      const [n, old, patches] = event
      const stamp = stampAt(++world.ms, replicaOf(old))
      stamps.set(event, stamp)
      return withOrigin([n, stamp, patches], event)
    }),
  }))
  const queue = [...stamps.values()]
  const greatest = queue.at(-1)
  for (const counter of shadow.counters) {
    // What has never written has nothing to fall back from.
    if (counter.n === 0 && counter.stamp === undefined) continue
    counter.epoch = (counter.epoch ?? 0) + 1
    if (greatest !== undefined) counter.stamp = greatest
  }
  const store = world.tabs[world.leader]!
  const rows = await store.restamp(world.lead, object, () => queue.shift()!)
  expect(rows).toEqual(shadow.pending)
}

async function perform(world: World, step: Placed, medium: Medium): Promise<void> {
  const { object } = step
  const shadow = world.shadows.get(object)!
  const leader = world.tabs[world.leader]!
  switch (step.kind) {
    case 'append':
      return append(world, shadow, step)
    case 'confirm':
      return confirm(world, shadow, step)
    case 'park':
      return park(world, shadow, step)
    case 'reset':
      return reset(world, shadow, step)
    case 'restamp':
      return restamp(world, shadow, object)
    case 'wait':
      world.now += step.hours * hour
      return
    case 'lead':
      world.lead = await world.tabs[step.tab]!.lead()
      world.leader = step.tab
      return
    case 'checkpoint':
      if (shadow.cursor === undefined) return
      return leader.checkpoint(world.lead, object, copyOf(shadow.state), shadow.cursor, world.now)
    case 'reload':
      for (const tab of world.tabs) await tab.close()
      for (const tab of [0, 1]) world.tabs[tab] = createLocalStore(await medium.open())
  }
}

async function compare(world: World): Promise<void> {
  const [store, other] = world.tabs as [LocalStore, LocalStore]
  for (const [object, shadow] of world.shadows) {
    const loaded = await store.load(object)
    expect(canonicalState(loaded.state)).toBe(canonicalState(shadow.state))
    expect(loaded.cursor).toEqual(shadow.cursor)
    expect(loaded.pending).toEqual(shadow.pending)
    expect(loaded.locals.map(([key, row]) => [key, row.stamps['body']])).toEqual([...shadow.locals])
    const sent = shadow.sent.map(({ row }) => row).toSorted((a, b) => a.key - b.key)
    expect(await other.sent(object)).toEqual(sent)
    for (const slot of [0, 1])
      expect(await other.counter(slot, object)).toEqual(shadow.counters[slot])
  }
  const withRows = [...world.shadows].filter(([, { pending }]) => pending.length > 0)
  expect(await other.pendingObjects()).toEqual(withRows.map(([object]) => object))
  const rejected = (await store.rejected()).map(({ key: _key, ...rest }) => rest)
  expect(rejected).toEqual(world.rejected)
}

/** Runs the law on one kind of disk; `runs` sequences of steps. */
export function storeLaws(name: string, createMedium: () => Promise<Medium>, runs: number): void {
  describe(`store on ${name}: laws`, () => {
    it('[DISK19] any sequence of operations tells the same as a model', async () => {
      await fc.assert(
        fc.asyncProperty(fc.array(steps, { maxLength: 40, size: 'max' }), async (list) => {
          const medium = await createMedium()
          const tabs = [await medium.open(), await medium.open()].map(createLocalStore)
          const world: World = {
            tabs,
            shadows: new Map(objects.map((object) => [object, blank()])),
            rejected: [],
            leader: 0,
            lead: await tabs[0]!.lead(),
            nextKey: 1,
            ms: 1,
            now: 100 * hour,
            term: 1,
          }
          for (const [i, step] of list.entries()) {
            await perform(world, step, medium)
            if (i % 4 === 3) await compare(world)
          }
          await compare(world)
          for (const tab of world.tabs) await tab.close()
        }),
        { numRuns: runs },
      )
    }, 60_000)
  })
}
