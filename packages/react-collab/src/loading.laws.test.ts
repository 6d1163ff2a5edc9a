import { applyEvent, canonicalState, type Event, type Patch } from '@react-collab/core'
import { fewPatches, histories, picks, weave } from '@react-collab/core/testing'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { CompactedLog, logOf, me } from './testing/compacted-log.js'
import { createTestLink } from './testing/test-link.js'
import { createTestReplica, eventOf, object } from './testing/test-replica.js'

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
