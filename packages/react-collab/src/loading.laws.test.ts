import {
  applyEvent,
  canonicalState,
  createObjectState,
  type Event,
  eventReplica,
  hashText,
  type HashedNumber,
  type ObjectState,
  type Patch,
  type Replica,
  type Row,
  type RowKey,
} from '@react-collab/core'
import { fewPatches, histories, picks, weave } from '@react-collab/core/testing'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { createTestLink } from './testing/test-link.js'
import { createTestReplica, eventOf, object, replicaOf } from './testing/test-replica.js'

const me = replicaOf('o')

/** A log as a server compacts it: its state at a seq, and where each row changed last. */
class CompactedLog {
  readonly events: readonly Event[]

  constructor(events: readonly Event[]) {
    this.events = JSON.parse(JSON.stringify(events)) as Event[]
  }

  at(seq: number): { readonly state: ObjectState; readonly changed: ReadonlyMap<RowKey, number> } {
    const state = createObjectState()
    const changed = new Map<RowKey, number>()
    this.events.slice(0, seq).forEach((event, i) => {
      applyEvent(state, event, (key) => changed.set(key, i + 1))
    })
    return { state, changed }
  }

  /** Rows that changed after `after`, as they are at `seq`, in the order of their places. */
  rows(after: number, seq: number): { readonly key: RowKey; readonly at: number; row: Row }[] {
    const { state, changed } = this.at(seq)
    return [...changed]
      .filter(([, at]) => at > after)
      .map(([key, at]) => ({ key, at, row: state.rows.get(key)! }))
      .sort((a, b) => a.at - b.at || (a.key < b.key ? -1 : 1))
  }

  hashes(): HashedNumber[] {
    const own = this.events.filter((event) => eventReplica(event) === me)
    return own.map((event) => [event[0], hashText(JSON.stringify(event))])
  }
}

/** The events of others, without what is there twice, and own ones put among them. */
function logOf(
  others: readonly Event[],
  own: readonly Event[],
  places: readonly number[],
): Event[] {
  const seen = new Map<Replica, number>()
  const log = others.filter((event) => {
    const replica = eventReplica(event)
    const isNew = event[0] > (seen.get(replica) ?? 0)
    if (isNew) seen.set(replica, event[0])
    return isNew
  })
  const cuts = own
    .map((_, i) => (places[i % places.length] ?? 0) % (log.length + 1))
    .sort((a, b) => a - b)
  own.forEach((event, i) => log.splice(Math.min((cuts[i] ?? 0) + i, log.length), 0, event))
  const numbers = log.filter((event) => eventReplica(event) === me).map(([n]) => n)
  expect(numbers).toEqual(numbers.toSorted((a, b) => a - b))
  return log
}

const own = fc.array(
  fewPatches.filter(([, key]) => !key.includes('~')),
  { maxLength: 6 },
)

it('[STA6] the state at any point and the entries after it are the same as all entries', async () => {
  await fc.assert(
    fc.asyncProperty(
      histories,
      picks,
      own,
      fc.nat(6),
      fc.nat(40),
      fc.nat(40),
      fc.integer({ min: 1, max: 3 }),
      async (history, order, edits, accepted, seen, compacted, size) => {
        const at = await createTestReplica({}, 'o')
        const to = await createTestLink(at)
        // A client that has heard of the first entries, and wrote offline since.
        const written: Event[] = []
        for (const patch of edits) written.push(eventOf(await at.write(patch as Patch)))
        const taken = written.slice(0, accepted)
        const log = new CompactedLog(logOf(weave(history, order), taken, order))
        const { length } = log.events
        const k = compacted % (length + 1)
        const c = seen % (k + 1)
        const first = log.events.slice(0, c)
        const joined = {
          head: length,
          vv: { [me]: taken.at(-1)?.[0] ?? 0 },
          hashes: { [me]: log.hashes() },
        }
        await to.join(joined)
        if (first.length > 0) to.entries(1, ...first)
        await to.settle()
        to.link.disconnect()
        // Rows since, in pages; then the entries after them.
        const rows = log.rows(c, k)
        await to.join({ ...joined, state: rows.length })
        const { vv } = log.at(k).state
        for (let page = 1; ; page++) {
          const some = rows.splice(0, size)
          const end = rows.length === 0 && { end: { seq: k, vv: Object.fromEntries(vv) } }
          const last = some.at(-1)
          const place = last && { place: { term: 't', at: last.at, key: last.key } }
          to.page(
            page,
            some.map(({ key, row }) => [key, row] as const),
            { ...place, ...end },
          )
          if (end !== false) break
        }
        await to.settle()
        if (k < length) to.entries(k + 1, ...log.events.slice(k))
        await to.settle()

        const all = log.at(length).state
        const { visible } = at.replica
        expect(canonicalState(visible.confirmed)).toBe(canonicalState(all))
        expect(canonicalState((await at.store.load(object)).state)).toBe(canonicalState(all))
        const waiting = written.slice(taken.length)
        expect([...visible.pending].map(eventOf)).toEqual(waiting)
        for (const event of waiting) applyEvent(all, event)
        for (const [key, { values, sums }] of all.rows) {
          expect(visible.row(key)).toMatchObject({ values, ...(sums && { sums }) })
        }
        const rest = await at.store.pending(object)
        expect(rest.flatMap(({ events }) => events)).toEqual(waiting)
        to.link.close()
      },
    ),
    { numRuns: 150 },
  )
})
