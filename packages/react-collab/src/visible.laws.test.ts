import {
  applyEvent,
  applyPatches,
  canonicalJson,
  createObjectState,
  type Event,
  eventReplica,
  formatStamp,
  type ObjectState,
  type Patch,
  type Row,
  type RowKey,
  type Stamp,
  withOrigin,
} from '@react-collab/core'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { Edit } from './edit.js'
import { eventOf, object, replicaOf } from './testing/test-replica.js'
import { Lens } from './lens.js'
import { Visible } from './visible.js'

const keys = ['', 'rows/1', 'rows/2'] as RowKey[]
const fields = ['f', 'g', '$del']

const patch: fc.Arbitrary<Patch> = fc.oneof(
  fc.tuple(
    fc.constant('=' as const),
    fc.constantFrom(...keys),
    fc.constantFrom(...fields),
    fc.constantFrom<string | boolean | number>('x', 'y', 1, true, false),
  ),
  fc.tuple(fc.constant('x' as const), fc.constantFrom(...keys), fc.constantFrom('f', 'g')),
  fc.tuple(
    fc.constant('+' as const),
    fc.constantFrom(...keys),
    fc.constantFrom('f', 'n'),
    fc.integer({ min: -9, max: 9 }),
  ),
)
/** An event writes a register once. */
const patches = fc.uniqueArray(patch, {
  minLength: 1,
  maxLength: 3,
  selector: (one) => `${one[1]} ${one[2]}`,
})
const ms = fc.integer({ min: 1, max: 9 })
const writer = fc.constantFrom('a', 'b')

/** What may happen to what a tab sees; a step that has nothing to work on does nothing. */
const step = fc.oneof(
  { weight: 4, arbitrary: fc.record({ do: fc.constant('edit' as const), writer, ms, patches }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constant('confirm' as const), writer }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('unheard' as const), writer, ms }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('covered' as const), writer, ms }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('skipped' as const), writer }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('foreign' as const), ms, patches }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('refuse' as const), which: fc.nat(5) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('restamp' as const), ms }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('reset' as const) }) },
)
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never

const plain = new Lens({ object, report: String })

/** Does the same as `Visible` in the plainest way: everything again at each look. */
class Bench {
  readonly marked = new Set<RowKey>()
  readonly visible = new Visible(plain, (key) => this.marked.add(key))
  readonly #log: Event[] = []
  #pending: Edit[] = []
  #counter = 0
  readonly #n = new Map<string, number>()

  take(one: Step): void {
    switch (one.do) {
      case 'edit':
        return this.#edit(this.#event(one.writer, one.ms, one.patches))
      case 'confirm':
        return this.#confirm(this.#first(one.writer)?.event)
      case 'unheard': {
        const event = this.#first(one.writer)?.event
        if (event !== undefined)
          this.#confirm(withOrigin([event[0], this.#stamp(one.writer, one.ms), event[2]], event))
        return
      }
      case 'covered': {
        // Left out of its push, because the next one writes all that it wrote (R5).
        const event = this.#first(one.writer)?.event
        if (event === undefined) return
        const later = this.#event(one.writer, one.ms, event[2])
        if (later[1] < event[1] || this.#first(one.writer, 1) !== undefined) return
        this.#edit(later)
        return this.#confirm(later)
      }
      case 'skipped':
        // Of those before it this tab has not heard yet that they were refused.
        return this.#confirm(this.#first(one.writer, 1)?.event)
      case 'foreign':
        return this.#confirm(this.#event('c', one.ms, one.patches))
      case 'refuse': {
        const refused = this.#pending.filter((_, i) => (one.which + i) % 3 === 0)
        this.#pending = this.#pending.filter((edit) => !refused.includes(edit))
        return this.visible.withdraw(refused)
      }
      case 'restamp': {
        for (const edit of this.#pending) {
          const [n, stamp, list] = eventOf(edit)
          const again: Event = [n, this.#stamp(stamp.slice(12, 13), one.ms), list]
          edit.event = withOrigin(again, eventOf(edit))
        }
        return this.visible.replace(this.visible.confirmed, this.#pending)
      }
      case 'reset':
        return this.visible.replace(this.#confirmed(), this.#pending)
    }
  }

  #stamp(letter: string, at: number): Stamp {
    return formatStamp({ ms: at, counter: ++this.#counter, replica: replicaOf(letter) })
  }

  #event(letter: string, at: number, list: readonly Patch[]): Event {
    const n = (this.#n.get(letter) ?? 0) + 1
    this.#n.set(letter, n)
    return [n, this.#stamp(letter, at), list]
  }

  #first(letter: string, skip = 0): Edit | undefined {
    return this.#pending.filter((edit) => eventReplica(eventOf(edit)) === replicaOf(letter))[skip]
  }

  #edit(event: Event): void {
    const edit = new Edit(event[2], 0, event)
    this.#pending.push(edit)
    this.visible.add(edit, event)
  }

  #confirm(event: Event | undefined): void {
    if (event === undefined) return
    this.#log.push(event)
    const settled = this.visible.confirm(event)
    const isSettled = (edit: Edit): boolean =>
      eventReplica(eventOf(edit)) === eventReplica(event) && eventOf(edit)[0] <= event[0]
    expect(new Set(settled)).toEqual(new Set(this.#pending.filter(isSettled)))
    this.#pending = this.#pending.filter((edit) => !isSettled(edit))
  }

  #confirmed(): ObjectState {
    const state = createObjectState()
    for (const event of this.#log) applyEvent(state, event)
    return state
  }

  /** Confirmed state with the pending edits over it. */
  expected(): string[] {
    const { rows } = this.#confirmed()
    for (const { event } of this.#pending) applyPatches(rows, event![2], event![1])
    return keys.map((key) => textOf(rows.get(key)))
  }

  shown(): (Row | undefined)[] {
    return keys.map((key) => this.visible.row(key))
  }

  confirmedTexts(): [is: string[], should: string[]] {
    const should = this.#confirmed().rows
    return [
      keys.map((key) => textOf(this.visible.confirmed.rows.get(key))),
      keys.map((key) => textOf(should.get(key))),
    ]
  }
}

const textOf = (row: Row | undefined): string =>
  canonicalJson(row ? [row.values, row.stamps] : null)

it('[REP3, REP6, CNT4] shows confirmed with pending over it, whatever happens in whatever order', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
      const bench = new Bench()
      for (const one of steps) {
        const before = bench.shown()
        bench.marked.clear()
        bench.take(one)
        const after = bench.shown()
        expect(after.map(textOf)).toEqual(bench.expected())
        const [is, should] = bench.confirmedTexts()
        expect(is).toEqual(should)
        // Who hears of a row is told whenever it is another.
        const changed = keys.filter((_, i) => before[i] !== after[i])
        expect([...bench.marked]).toEqual(expect.arrayContaining(changed))
      }
    }),
    { numRuns: 3000 },
  )
})

it('[REP4, CNT4] shows the very same row after an own edit is confirmed, in whatever order', () => {
  const edits = fc.array(fc.record({ writer, ms, patches }), { minLength: 1, maxLength: 12 })
  fc.assert(
    fc.property(edits, fc.infiniteStream(writer), (list, order) => {
      const bench = new Bench()
      for (const one of list) bench.take({ do: 'edit', ...one })
      const before = bench.shown()
      bench.marked.clear()
      for (const one of order.take(list.length * 3)) bench.take({ do: 'confirm', writer: one })
      bench.shown().forEach((row, i) => expect(row).toBe(before[i]))
      expect([...bench.marked]).toEqual([])
    }),
    { numRuns: 1000 },
  )
})
