import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Replica } from '../stamp.js'
import { actText, gossipText, textPeers, textSteps } from '../testing/index.js'
import { lawFactor } from '../testing/factor.laws.js'
import { diffTexts, editsBetween, type TextPart } from './diff.js'
import type { TextEdit } from './ops.js'
import { sequenceOf, Text } from './text.js'

/** Applies parts to a string, and checks what they say of it. */
function applyParts(before: string, parts: readonly TextPart[]): string {
  let at = 0
  let after = ''
  for (const part of parts) {
    if ('k' in part) after += before.slice(at, (at += part.k))
    else if ('i' in part) after += part.i
    else expect(before.slice(at, (at += part.d.length))).toBe(part.d)
  }
  return after + before.slice(at)
}

/** Makes edits, one after the other, and checks what they say of the string. */
function applyEdits(before: string, edits: readonly TextEdit[]): string {
  return edits.reduce((shown, { index, removed, inserted }) => {
    expect(shown.slice(index, index + removed.length)).toBe(removed)
    return shown.slice(0, index) + inserted + shown.slice(index + removed.length)
  }, before)
}

const sizes = (parts: readonly TextPart[]): { deleted: number; inserted: number } => ({
  deleted: parts.reduce((sum, part) => sum + ('d' in part ? part.d.length : 0), 0),
  inserted: parts.reduce((sum, part) => sum + ('i' in part ? part.i.length : 0), 0),
})

/** The names of all visible elements. */
const elements = (text: Text): string[] =>
  sequenceOf(text)
    .tree.spans()
    .filter((span) => !span.isDeleted)
    .flatMap(({ author, id, length }) =>
      Array.from({ length }, (_, i) => `${author.name} ${id + i}`),
    )

test('[TEXT9] parts give the other state, and keep each element that both show', () => {
  fc.assert(
    fc.property(textSteps(60), fc.nat(60), (steps, cut) => {
      const peers = textPeers(3)
      let before = new Text()
      steps.forEach((step, i) => {
        actText(peers, step)
        if (i === cut && peers[0] !== undefined) before = new Text(peers[0].text.encode())
      })
      gossipText(peers)
      const after = peers[1]?.text ?? new Text()
      const parts = diffTexts(before, after)
      expect(applyParts(String(before), parts)).toBe(String(after))
      expect(applyEdits(String(before), editsBetween(before, after))).toBe(String(after))
      const olds = elements(before)
      const news = new Set(elements(after))
      const kept = olds.filter((name) => news.has(name)).length
      expect(sizes(parts)).toEqual({ deleted: olds.length - kept, inserted: news.size - kept })
      expect(applyParts(String(after), diffTexts(after, before))).toBe(String(before))
    }),
    { numRuns: 500 * lawFactor },
  )
})

test('[TEXT9] unlike strings, elements tell which of two equal characters was kept', () => {
  const before = new Text()
  const writer = { replica: 'aaaaaaaa' as Replica, nextId: 1 }
  before.insert(0, 'aaa', writer)
  const after = before.clone()
  after.remove(0, 1)
  after.insert(2, 'a', writer)
  expect(diffTexts(before, after)).toEqual([{ d: 'a' }, { k: 2 }, { i: 'a' }])
  expect(diffTexts(after, after)).toEqual([])
  expect(diffTexts(after, after.clone())).toEqual([])
  expect(diffTexts(after, new Text(after.encode()))).toEqual([])
})

test('[TEXT9] texts that have nothing to do with each other are replaced where they differ', () => {
  const typed = (...parts: [number, string][]): Text => {
    const text = new Text()
    const writer = { replica: 'aaaaaaaa' as Replica, nextId: 1 }
    for (const [index, part] of parts) text.insert(index, part, writer)
    return text
  }
  const before = typed([0, 'ab'], [2, 'cd'])
  const after = typed([0, 'xb'], [0, 'ac'])
  expect(String(after)).toBe('acxb')
  expect(diffTexts(before, after)).toEqual([{ k: 1 }, { d: 'bcd' }, { i: 'cxb' }])
  const pairs = [typed([0, '👍'], [2, 'x']), typed([0, 'x'], [0, '👎'])] as const
  expect(diffTexts(...pairs)).toEqual([{ d: '👍' }, { i: '👎' }])
})
