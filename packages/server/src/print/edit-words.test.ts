import type { TextEdit } from '@react-collab/core'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { joinEdits } from './edit-words.js'

const applied = (text: string, edits: readonly TextEdit[]): string =>
  edits.reduce((so, { index, removed, inserted }) => {
    expect(so.slice(index, index + removed.length)).toBe(removed)
    return so.slice(0, index) + inserted + so.slice(index + removed.length)
  }, text)

it('[CLI6] joins edits that touch each other, and what they do stays the same', () => {
  const choice = fc.tuple(fc.nat(), fc.nat(3), fc.string({ maxLength: 3 }))
  fc.assert(
    fc.property(fc.string(), fc.array(choice, { maxLength: 6 }), (start, choices) => {
      let text = start
      const edits = choices.map(([at, count, inserted]): TextEdit => {
        const index = at % (text.length + 1)
        const removed = text.slice(index, index + count)
        text = applied(text, [{ index, removed, inserted }])
        return { index, removed, inserted }
      })
      const joined = joinEdits(edits)
      expect(joined.length).toBeLessThanOrEqual(edits.length)
      expect(applied(start, joined)).toBe(text)
    }),
    { numRuns: 2_000 },
  )
})
