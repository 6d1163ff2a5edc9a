import {
  applyEvent,
  canonicalState,
  type Patch,
  ROOT,
  type Row,
  type RowKey,
} from '@react-collab/core'
import { fewPatches, histories, picks, weave } from '@react-collab/core/testing'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { CompactedLog, logOf, me } from './testing/compacted-log.js'
import { createTestLink } from './testing/test-link.js'
import { createTestReplica, eventOf, object, type TestReplica } from './testing/test-replica.js'

const edit: fc.Arbitrary<Patch> = fc.oneof(
  fewPatches.filter(([, key]) => !key.includes('~')),
  fc.tuple(fc.constant('+' as const), fc.constant(ROOT), fc.constant('likes'), fc.nat(9)),
)

/** What happens between pages; entries are those that the log gets meanwhile. */
const step = fc.oneof(
  fc.record({ edit }),
  fc.record({ entries: fc.nat(6) }),
  fc.record({ page: fc.integer({ min: 1, max: 2 }) }),
  fc.constant({ isCut: true as const }),
)

/** Shows rows as a screen does, which reads again what it is told of. */
class Screen {
  readonly rows = new Map<RowKey, Row | undefined>()
  readonly #at: TestReplica

  constructor(at: TestReplica) {
    this.#at = at
    const { listeners, visible } = at.replica
    listeners.onAny((keys) => keys.forEach((key) => this.rows.set(key, visible.row(key))))
  }

  /** It shows what is there: all rows of which there is one. */
  check(keys: Iterable<RowKey>): void {
    const { visible } = this.#at.replica
    for (const key of keys) expect(this.rows.get(key)).toBe(visible.row(key))
  }
}

/** What the tab should show of registers: own edits over what has come. */
function checkShown({ replica: { visible } }: TestReplica): void {
  const state = { rows: new Map<RowKey, Row>(), vv: new Map() }
  for (const key of visible.early?.rows.keys() ?? []) {
    const row = visible.early?.get(key)
    if (row !== undefined) state.rows.set(key, row)
  }
  for (const { event } of visible.pending) applyEvent(state, event!)
  for (const [key, { values }] of state.rows) expect(visible.row(key)?.values).toEqual(values)
}

it('[STA15] whatever is written, cut and changed while rows come, who shows them is right, and so is the end', async () => {
  await fc.assert(
    fc.asyncProperty(
      histories,
      picks,
      fc.array(edit, { maxLength: 4 }),
      fc.nat(4),
      fc.nat(12),
      fc.array(step, { maxLength: 20 }),
      async (history, order, edits, accepted, head, steps) => {
        const at = await createTestReplica({}, 'o')
        const screen = new Screen(at)
        const to = await createTestLink(at)
        // A client that wrote before it had anything, and did not hear what became of it.
        const written = []
        for (const patch of edits) written.push(eventOf(await at.write(patch)))
        const taken = written.slice(0, accepted)
        const log = new CompactedLog(logOf(weave(history, order), taken, order))
        const { length } = log.events
        // All that it has sent is there; of others more comes.
        const last = log.events.findLastIndex(([, stamp]) => stamp.endsWith(me))
        let seq = Math.max(last + 1, head % (length + 1))
        let page = 0
        let place: { readonly at: number; readonly key: RowKey } = { at: 0, key: ROOT }
        const left = (): ReturnType<CompactedLog['rows']> =>
          log
            .rows(0, seq)
            .filter((row) => row.at > place.at || (row.at === place.at && row.key > place.key))
        const send = (count: number): boolean => {
          const some = left().slice(0, count)
          place = some.at(-1) ?? place
          const vv = Object.fromEntries(log.at(seq).state.vv)
          const end = left().length === 0 && { end: { seq, vv } }
          const { at, key } = place
          to.page(
            ++page,
            some.map(({ key, row }) => [key, row] as const),
            { ...(at > 0 && { place: { term: 't', at, key } }), ...end },
          )
          return end !== false
        }
        const join = async (): Promise<void> => {
          page = 0
          const hashes = { [me]: log.hashes() }
          const vv = { [me]: taken.at(-1)?.[0] ?? 0 }
          await to.join({ head: seq, state: left().length, vv, hashes })
        }

        await join()
        let isWhole = false
        for (const one of [...steps, { page: 99 }]) {
          if (isWhole) break
          if ('edit' in one) written.push(eventOf(await at.write(one.edit)))
          else if ('entries' in one) seq = Math.min(length, seq + one.entries)
          else if ('page' in one) isWhole = send(one.page)
          else {
            to.link.disconnect()
            screen.check(log.at(length).state.rows.keys())
            await join()
          }
          checkShown(at)
        }
        await to.settle()
        if (seq < length) to.entries(seq + 1, ...log.events.slice(seq))
        await to.settle()

        const all = log.at(length).state
        const { visible } = at.replica
        expect(visible.early).toBeUndefined()
        expect(canonicalState(visible.confirmed)).toBe(canonicalState(all))
        expect(canonicalState((await at.store.load(object)).state)).toBe(canonicalState(all))
        const waiting = written.slice(taken.length)
        expect([...visible.pending].map(eventOf)).toEqual(waiting)
        for (const event of waiting) applyEvent(all, event)
        for (const [key, { values, sums }] of all.rows)
          expect(visible.row(key)).toMatchObject({ values, ...(sums && { sums }) })
        screen.check(all.rows.keys())
        to.link.close()
      },
    ),
    { numRuns: 200 },
  )
})
