import { type Event, formatStamp } from '@react-collab/core'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { Edit } from './edit.js'
import { PendingEdits } from './pending-edits.js'
import { eventOf, replicaOf } from './testing/test-replica.js'

const letter = fc.constantFrom('a', 'b', 'c')
const step = fc.oneof(
  { weight: 6, arbitrary: fc.record({ do: fc.constant('add' as const), letter, n: fc.nat(30) }) },
  {
    weight: 2,
    arbitrary: fc.record({ do: fc.constant('settle' as const), letter, n: fc.nat(30) }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('remove' as const), which: fc.nat(5) }) },
)

const made = (name: string, n: number): Edit => {
  const event: Event = [n, formatStamp({ ms: n, counter: 0, replica: replicaOf(name) }), []]
  return new Edit([], 0, event)
}

const isOf = (edit: Edit, name: string): boolean => eventOf(edit)[1].endsWith(replicaOf(name))

it('[REP3] keeps pending edits in the order in which they were learned of, found by number', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      const pending = new PendingEdits()
      let model: Edit[] = []
      for (const one of steps) {
        if (one.do === 'add') {
          const edit = made(one.letter, one.n)
          // Of one replica they come by rising number, but for rows of other tabs that were missed.
          if (one.n > 0 && pending.find(eventOf(edit)) !== undefined) continue
          pending.add(edit)
          model.push(edit)
        } else if (one.do === 'settle') {
          const isSettled = (edit: Edit): boolean =>
            isOf(edit, one.letter) && eventOf(edit)[0] <= one.n
          const settled = pending.settle(replicaOf(one.letter), one.n)
          expect(new Set(settled)).toEqual(new Set(model.filter(isSettled)))
          model = model.filter((edit) => !isSettled(edit))
        } else {
          const gone = model.filter((_, i) => i % 6 === one.which)
          pending.remove(gone)
          model = model.filter((edit) => !gone.includes(edit))
        }
        expect(pending.size).toBe(model.length)
        expect(new Set(pending)).toEqual(new Set(model))
        for (const edit of model) {
          const isDraft = eventOf(edit)[0] === 0
          expect(pending.find(eventOf(edit))).toBe(isDraft ? undefined : edit)
        }
        const first = (name: string): number =>
          Math.min(...model.filter((edit) => isOf(edit, name)).map((edit) => eventOf(edit)[0]))
        for (const edit of pending.firsts()) {
          const name = eventOf(edit)[1].slice(-1)
          expect(eventOf(edit)[0]).toBe(first(name))
        }
      }
      const orders = [...pending].map(({ learned }) => learned)
      const replicas = new Set([...pending].map((edit) => eventOf(edit)[1].slice(12)))
      if (replicas.size > 1) expect(orders).toEqual(orders.toSorted((a, b) => a - b))
    }),
  )
})
