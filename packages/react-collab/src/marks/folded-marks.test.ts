import { EditorView } from '@codemirror/view'
import { afterEach, describe, expect, it } from 'vitest'
import type { Client } from '../client.js'
import { collabMarks } from '../codemirror/collab-marks.js'
import { collabText } from '../codemirror/collab-text.js'
import { foldText } from '../folded-text.js'
import { createFakeServer } from '../testing/fake-server.js'
import { createTestClient } from '../testing/test-client.js'
import { foldMarks } from './folded-marks.js'
import { marksOf } from './marks-of.js'

const open: Client[] = []

afterEach(async () => {
  for (const client of open.splice(0)) await client.close()
})

/** `one two three four`, of which `two three` is folded: `one … four`. */
async function sit() {
  const client = createTestClient(createFakeServer(), { offline: true })
  open.push(client)
  const { object } = client.open('doc')
  await client.loaded('doc')
  const text = object.text('body')
  text.insert(0, 'one two three four')
  const folded = foldText(text)
  const fold = folded.fold(4, 13)
  const marks = marksOf(object, 'body')
  return { client, text, folded, fold, marks, shown: foldMarks(marks, folded) }
}

const bold = { bold: true }

describe('[MARK11] marks of a folded text', () => {
  it.each<[from: number, to: number, seen: readonly (readonly [number, number])[]]>([
    [0, 3, [[0, 3]]],
    [14, 18, [[6, 10]]],
    [0, 18, [[0, 10]]],
    [4, 13, [[4, 5]]],
    [5, 8, []],
    [0, 8, [[0, 4]]],
    [8, 18, [[5, 10]]],
    [13, 14, [[5, 6]]],
  ])('from %d to %d are shown at %j', async (from, to, seen) => {
    const { marks, shown, folded, fold } = await sit()
    marks.mark(from, to, 'bold')
    expect(shown.ranges).toEqual(
      seen.map(([start, end]) => ({ from: start, to: end, marks: bold })),
    )
    folded.unfold(fold)
    expect(shown.ranges).toEqual(marks.ranges)
  })

  it.each([
    [0, 3, [0, 3]],
    [0, 5, [0, 13]],
    [4, 5, [4, 13]],
    [5, 10, [13, 18]],
    [3, 7, [3, 15]],
  ])('made from %d to %d reach %j', async (from, to, [start, end]) => {
    const { marks, shown } = await sit()
    shown.toggle(from, to, 'bold')
    expect(marks.ranges).toEqual([{ from: start, to: end, marks: bold }])
    expect(shown.ranges).toEqual([{ from, to, marks: bold }])
    expect([shown.has(from, to, 'bold'), shown.at(from)]).toEqual([true, bold])
    shown.unmark(from, to, 'bold')
    expect([marks.ranges, shown.at(from)]).toEqual([[], {}])
  })

  it('are heard of when what is shown is another, and only then', async () => {
    const { text, folded, fold, marks, shown } = await sit()
    marks.mark(0, 3, 'bold')
    let heard = 0
    const end = shown.subscribe(() => (heard += 1))
    marks.mark(5, 8, 'italic')
    text.insert(7, 'hidden')
    expect(heard).toBe(0)
    folded.unfold(fold)
    expect(heard).toBeGreaterThan(0)
    const before = heard
    end()
    shown.mark(0, 4, 'link', 'x')
    expect(heard).toBe(before)
  })

  it.each([
    [-1, 2],
    [0, 11],
    [5, 4],
    [0, Number.NaN],
  ])('cannot be from %s to %s', async (from, to) => {
    const { client, shown } = await sit()
    for (const act of ['mark', 'unmark', 'toggle', 'has'] as const)
      expect(() => shown[act](from, to, 'bold')).toThrow(/BAD_OFFSET/)
    expect(() => shown.at(99)).toThrow(/BAD_OFFSET/)
    expect(client.outbox.pending).toHaveLength(1)
  })

  it('are shown in an editor, and stay folded while others type', async () => {
    const { text, folded, fold, shown } = await sit()
    const extensions = [collabText(folded), collabMarks(shown)]
    const view = new EditorView({ doc: folded.toString(), extensions, parent: document.body })
    const html = () =>
      [...(view.contentDOM.querySelector('.cm-line')?.childNodes ?? [])].map(
        ({ textContent }) => textContent,
      )
    shown.mark(2, 8, 'bold')
    text.insert(6, 'WW')
    text.insert(0, '> ')
    view.dispatch({ changes: { from: 4, insert: '!' } })
    await new Promise((next) => setTimeout(next))
    expect(html()).toEqual(['> on!', 'e … fo', 'ur'])
    folded.unfold(fold)
    await new Promise((next) => setTimeout(next))
    expect(html().join('')).toBe('> on!e twWWo three four')
    view.destroy()
  })
})
