import fc from 'fast-check'
import { expect, it } from 'vitest'
import { apply, merge } from '../change/algebra.js'
import { splice } from '../change/constructors.js'
import type { Replica } from '../stamp.js'
import type { TextOps } from './ops.js'
import { Text } from './text.js'
import { lawFactor } from '../testing/factor.laws.js'

const numRuns = 1000 * lawFactor

interface Splice {
  readonly from: number
  readonly count: number
  readonly inserted: string
}

const letters = fc.string({ unit: fc.constantFrom('a', 'b', 'c'), maxLength: 8 })
const splices = fc.record<Splice>({ from: fc.nat(8), count: fc.nat(4), inserted: letters })

/**
 * An insert or a delete that fits a text of this length. Replacements are left out: among changes
 * they stand behind what others insert at their place, as with upstream, and in texts by id.
 */
function fitted({ from, count, inserted }: Splice, length: number): Splice {
  const start = from % (length + 1)
  return { from: start, count: inserted === '' ? Math.min(count, length - start) : 0, inserted }
}

function typed(text: Text, replica: string, { from, count, inserted }: Splice): TextOps {
  const writer = { replica: replica as Replica, nextId: 1 }
  const deletes = text.remove(from, count)
  return { inserts: inserted === '' ? [] : [text.insert(from, inserted, writer)], deletes }
}

it('[CHG3, TEXT2] what two insert and delete at a time merges alike in texts and as changes', () => {
  fc.assert(
    fc.property(letters, splices, splices, (base, one, other) => {
      const text = new Text()
      if (base !== '') text.insert(0, base, { replica: 'zzzzzzzz' as Replica, nextId: 1 })
      const [a, b] = [fitted(one, base.length), fitted(other, base.length)]
      const [left, right] = [text.clone(), text.clone()]
      const [fromA, fromB] = [typed(left, 'aaaaaaaa', a), typed(right, 'bbbbbbbb', b)]
      left.apply('bbbbbbbb' as Replica, fromB)
      right.apply('aaaaaaaa' as Replica, fromA)
      expect(left.toString()).toBe(right.toString())
      const changeOf = ({ from, count, inserted }: Splice) =>
        splice(from, base.slice(from, from + count), inserted)
      const [laterAfter] = merge(changeOf(a), changeOf(b))
      expect(apply(apply(base, changeOf(a)), laterAfter)).toBe(left.toString())
    }),
    { numRuns },
  )
})
