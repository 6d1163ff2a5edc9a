import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createClock } from '../clock.js'
import type { Event, Patch } from '../event.js'
import { PLACE, type RowKey, rowKey, TOMBSTONE } from '../names.js'
import { applyEvent, createObjectState, type ObjectState } from '../object-state.js'
import { isDeleted } from '../row.js'
import type { Replica } from '../stamp.js'
import { picks, weave } from '../testing/index.js'
import { placeBlock } from './block.js'
import { comparePlaced, type Placed, placedOf, readLists } from './lists.js'
import { writerTag } from './order-key.js'

const C = 'cards'
const writers = ['aaaaaaaa', 'mmmmmmmm', 'zzzzzzzz'] as Replica[]
const ids = ['p', 'q', 'r', 's', 't', 'u']

/** What a person does to lists; lists have the ids of rows, so that they make trees and circles. */
interface Step {
  readonly writer: number
  readonly kind: 'place' | 'remove' | 'restore'
  readonly id: string
  readonly list: string
  readonly at: number
  readonly count: number
  readonly hears: boolean
}

const steps = fc.array(
  fc.record<Step>({
    writer: fc.nat(2),
    kind: fc.constantFrom('place', 'place', 'place', 'place', 'remove', 'restore'),
    id: fc.constantFrom(...ids),
    list: fc.constantFrom('', '', 'todo', ...ids),
    at: fc.nat(),
    count: fc.integer({ min: 1, max: 3 }),
    hears: fc.boolean(),
  }),
  { maxLength: 30 },
)

const key = (id: string): RowKey => rowKey(C, id)

function placedIn({ rows }: ObjectState, list: string): Placed[] {
  const all = [...rows].map(([name, row]) => placedOf(name, row))
  return all
    .filter((one) => one?.list === list)
    .map((one) => one as Placed)
    .sort(comparePlaced)
}

function patchesOf(step: Step, state: ObjectState): Patch[] {
  if (step.kind !== 'place') return [['=', key(step.id), TOMBSTONE, step.kind === 'remove']]
  const from = ids.indexOf(step.id)
  const block = ids.slice(from, from + step.count).map(key)
  const rows = placedIn(state, step.list)
  const gap = { rows, at: step.at % (rows.length + 1), leaving: new Set(block) }
  const tag = writerTag(writers[step.writer] as Replica)
  const { block: orders, moved } = placeBlock(gap, block.length, tag)
  const all = [...block.map((name, i) => [name, orders[i]] as const), ...moved]
  return all.map(([name, order]) => ['=', name, PLACE, [step.list, order as string]])
}

/** What three writers did, each with own knowledge, as events of each by rising number. */
function play(list: readonly Step[]): Event[][] {
  const states = writers.map(createObjectState)
  const clocks = writers.map((writer) => createClock(writer, () => 1000))
  const written: Event[][] = writers.map(() => [])
  for (const step of list) {
    const state = states[step.writer] as ObjectState
    const clock = clocks[step.writer]
    if (step.hears) {
      for (const event of written.flat()) {
        applyEvent(state, event)
        clock?.see(event[1])
      }
    }
    const own = written[step.writer] as Event[]
    const event: Event = [own.length + 1, clock?.tick() as Event[1], patchesOf(step, state)]
    applyEvent(state, event)
    own.push(event)
  }
  return written
}

const stateOf = (events: readonly Event[]): ObjectState => {
  const state = createObjectState()
  for (const event of events) applyEvent(state, event)
  return state
}

const listsOf = (events: readonly Event[]): unknown =>
  [...readLists(stateOf(events).rows, C)].sort(([a], [b]) => (a < b ? -1 : 1))

test('[LIST8] whoever has the same events reads the same lists, in whatever order they came', () => {
  fc.assert(
    fc.property(steps, picks, picks, (list, left, right) => {
      const history = play(list)
      expect(listsOf(weave(history, left))).toEqual(listsOf(weave(history, right)))
      expect(listsOf(weave(history, left))).toEqual(listsOf(history.flat()))
    }),
    { numRuns: 500 },
  )
})

test('[LIST8] no row is in two places, and none is lost, whatever was moved at a time', () => {
  fc.assert(
    fc.property(steps, picks, (list, order) => {
      const { rows } = stateOf(weave(play(list), order))
      const placed = [...rows].filter(([name, row]) => placedOf(name, row) && !isDeleted(row))
      const shown = [...readLists(rows, C).values()].flat()
      expect(shown.toSorted()).toEqual(placed.map(([name]) => name).toSorted())
    }),
    { numRuns: 500 },
  )
})

test('[LIST7] every circle is broken at one place: from each row a way leads to a list of no row', () => {
  fc.assert(
    fc.property(steps, picks, (list, order) => {
      const { rows } = stateOf(weave(play(list), order))
      // Deleted rows hold others too; shown, so that each has its place here.
      const all = new Map(
        [...rows].map(([name, row]) => [
          name,
          { ...row, values: { ...row.values, [TOMBSTONE]: false } },
        ]),
      )
      const held = new Map<RowKey, string>()
      for (const [id, names] of readLists(all, C)) for (const name of names) held.set(name, id)
      for (const name of held.keys()) {
        let at = name
        for (let depth = 0; held.has(at); depth++) {
          expect(depth).toBeLessThan(ids.length)
          const next = held.get(at) as string
          if (next === '') break
          at = key(next)
        }
      }
    }),
    { numRuns: 500 },
  )
})
