import { type MarkRange, UsageError, type Value } from '@react-collab/core'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { branchOf } from '../branch.js'
import type { Client } from '../client.js'
import type { FieldPath } from '../field-path.js'
import type { SharedObject } from '../shared-object.js'
import { createFakeServer, type FakeServer } from '../testing/fake-server.js'
import { createTestClient } from '../testing/test-client.js'
import { historyOf } from '../undo-history.js'
import { marksOf } from './marks-of.js'
import type { TextMarks } from './text-marks.js'

let server: FakeServer
const open: Client[] = []

beforeEach(() => {
  server = createFakeServer()
})
afterEach(async () => {
  for (const client of open.splice(0)) await client.close()
})

interface Desk {
  readonly client: Client
  readonly object: SharedObject
  readonly marks: TextMarks
}

async function sit(parts = {}, path: FieldPath = 'body'): Promise<Desk> {
  const client = createTestClient(server, parts)
  open.push(client)
  const { object } = client.open('doc')
  await client.loaded('doc')
  return { client, object, marks: marksOf(object, path) }
}

/** One person, with a text. */
async function write(text: string): Promise<Desk> {
  const desk = await sit()
  desk.marks.text.insert(0, text)
  return desk
}

async function settled(): Promise<void> {
  for (let calm = 0; calm < 5; ) {
    await new Promise((next) => setTimeout(next, 5))
    const isCalm = open.every(
      (client) =>
        client.status.state === 'synced' &&
        (client.peek('doc').replica.cursor?.seq ?? 0) === server.log('doc').length,
    )
    calm = isCalm ? calm + 1 : 0
  }
}

/** A text as HTML is written: `a<bold>b</bold>`, values but true behind the kind. */
function shown({ text, ranges }: TextMarks): string {
  const whole = text.toString()
  let at = 0
  let html = ''
  for (const { from, to, marks } of ranges) {
    html += whole.slice(at, from) + tagged(whole.slice(from, to), marks)
    at = to
  }
  return html + whole.slice(at)
}

function tagged(text: string, marks: MarkRange['marks']): string {
  const names = Object.entries(marks).map(([kind, value]) =>
    value === true ? kind : `${kind}=${value as string}`,
  )
  return `<${names.join(' ')}>${text}</>`
}

const rowsOf = ({ object }: Desk, deleted = false): number =>
  object.sorted('marks', undefined, false, deleted).read().length

describe('[MARK5] a mark is written', () => {
  it('and shown at once, to others when they hear of it', async () => {
    const [a, b] = [await write('hello world'), await sit()]
    a.marks.mark(0, 5, 'bold')
    a.marks.mark(3, 11, 'link', 'https://example.org')
    const html =
      '<bold>hel</><bold link=https://example.org>lo</><link=https://example.org> world</>'
    expect(shown(a.marks)).toBe(html)
    await settled()
    expect(shown(b.marks)).toBe(html)
    expect(b.marks.at(4)).toEqual({ bold: true, link: 'https://example.org' })
    expect(b.marks.at(11)).toEqual({})
  })

  it('as one event, which takes away what it covers', async () => {
    const a = await write('hello world')
    a.marks.mark(1, 2, 'bold')
    a.marks.mark(3, 4, 'bold')
    a.marks.mark(3, 4, 'italic')
    expect(rowsOf(a)).toBe(3)
    const before = a.client.outbox.pending.length
    a.marks.mark(0, 5, 'bold')
    expect(a.client.outbox.pending).toHaveLength(before + 1)
    expect([rowsOf(a), rowsOf(a, true)]).toEqual([2, 2])
    expect(shown(a.marks)).toBe('<bold>hel</><bold italic>l</><bold>o</> world')
    for (let i = 0; i < 10; i++) a.marks.toggle(0, 5, 'bold')
    expect(rowsOf(a)).toBe(2)
  })

  it('however many it covers', async () => {
    const a = await write('ab'.repeat(300))
    for (let i = 0; i < 300; i++) a.marks.mark(2 * i, 2 * i + 1, 'bold')
    a.marks.mark(0, 600, 'bold')
    expect(a.marks.ranges).toEqual([{ from: 0, to: 600, marks: { bold: true } }])
    a.marks.unmark(0, 600, 'bold')
    expect([a.marks.ranges, rowsOf(a)]).toEqual([[], 1])
  })

  it('but not where all is so already', async () => {
    const a = await write('hello world')
    a.marks.mark(0, 5, 'bold')
    a.marks.mark(5, 11, 'bold')
    const before = a.client.outbox.pending.length
    a.marks.mark(2, 9, 'bold')
    a.marks.mark(4, 4, 'italic')
    a.marks.unmark(0, 11, 'italic')
    expect(a.client.outbox.pending).toHaveLength(before)
    expect(a.marks.ranges).toEqual([{ from: 0, to: 11, marks: { bold: true } }])
  })

  it('over another value, and taken away in part', async () => {
    const a = await write('abcdef')
    a.marks.mark(0, 6, 'color', 'red')
    a.marks.mark(2, 4, 'color', { name: 'blue' })
    a.marks.unmark(3, 5, 'color')
    expect(a.marks.ranges).toEqual([
      { from: 0, to: 2, marks: { color: 'red' } },
      { from: 2, to: 3, marks: { color: { name: 'blue' } } },
      { from: 5, to: 6, marks: { color: 'red' } },
    ])
    expect(a.marks.has(0, 3, 'color')).toBe(true)
    expect(a.marks.has(0, 3, 'color', 'red')).toBe(false)
    expect(a.marks.has(2, 4, 'color')).toBe(false)
  })

  it('and toggled', async () => {
    const a = await write('abcdef')
    a.marks.toggle(0, 4, 'bold')
    a.marks.toggle(2, 6, 'bold')
    expect(shown(a.marks)).toBe('<bold>abcdef</>')
    a.marks.toggle(2, 3, 'bold')
    expect(shown(a.marks)).toBe('<bold>ab</>c<bold>def</>')
  })
})

describe('[MARK6] what is typed', () => {
  it.each<[what: string, act: (marks: TextMarks) => void, at: number, html: string]>([
    ['at the end is bold', (m) => m.mark(0, 3, 'bold'), 3, '<bold>abc*</>def'],
    ['at the end of all is bold', (m) => m.mark(3, 6, 'bold'), 6, 'abc<bold>def*</>'],
    ['at the start is not', (m) => m.mark(3, 6, 'bold'), 3, 'abc*<bold>def</>'],
    ['inside is', (m) => m.mark(0, 3, 'link', 'x'), 1, '<link=x>a*bc</>def'],
    ['at the end of a link is none', (m) => m.mark(0, 3, 'link', 'x'), 3, '<link=x>abc</>*def'],
    ['at the start of a link is none', (m) => m.mark(3, 6, 'link', 'x'), 3, 'abc*<link=x>def</>'],
  ])('%s', async (_, act, at, html) => {
    const { marks } = await write('abcdef')
    act(marks)
    marks.text.insert(at, '*')
    expect(shown(marks)).toBe(html)
  })

  it.each([
    ['bold', 2, '<bold>ab*</>cd<bold>ef</>'],
    ['bold', 4, '<bold>ab</>cd*<bold>ef</>'],
    ['link', 2, '<link>ab</>*cd<link>ef</>'],
    ['link', 4, '<link>ab</>cd*<link>ef</>'],
  ])('beside a gap in %s, at %d: %s', async (kind, at, html) => {
    const { marks } = await write('abcdef')
    marks.mark(0, 6, kind)
    marks.unmark(2, 4, kind)
    marks.text.insert(at, '*')
    expect(shown(marks)).toBe(html)
  })

  it.each([
    [0, 3, '<bold>*</>def'],
    [1, 3, '<bold>a*</>ef'],
    [2, 1, '<bold>ab*</>def'],
    [3, 2, '<bold>abc</>*f'],
  ])('over marked text, from %d on %d units: %s', async (at, count, html) => {
    const { object, marks } = await write('abcdef')
    marks.mark(0, 3, 'bold')
    historyOf(object).group('type', () => marks.text.splice(at, count, '*'))
    expect(shown(marks)).toBe(html)
    historyOf(object).undo()
    expect(shown(marks)).toBe('<bold>abc</>def')
  })

  it('grows as the app says', async () => {
    const { object } = await write('abcdef')
    const marks = marksOf(object, 'body', { grows: { link: true, bold: false } })
    marks.mark(0, 3, 'bold')
    marks.mark(0, 3, 'link')
    marks.text.insert(3, '*')
    expect(shown(marks)).toBe('<bold link>abc</><link>*</>def')
  })
})

describe('[MARK7] marks made apart', () => {
  it('all count, and of one kind the later', async () => {
    const [a, b] = [await write('the fox jumped'), await sit()]
    await settled()
    a.client.setOffline(true)
    b.client.setOffline(true)
    a.marks.mark(0, 7, 'bold')
    b.marks.mark(4, 14, 'bold')
    b.marks.mark(4, 7, 'link', 'b')
    await new Promise((next) => setTimeout(next, 3))
    a.marks.mark(4, 14, 'link', 'a')
    a.marks.text.remove(8, 6)
    b.marks.text.insert(8, 'just ')
    a.client.setOffline(false)
    b.client.setOffline(false)
    await settled()
    expect(shown(a.marks)).toBe('<bold>the </><bold link=a>fox just </>')
    expect(shown(b.marks)).toBe(shown(a.marks))
  })
})

it('[MARK7] marks made in a branch are there after a push, on text typed meanwhile', async () => {
  const [a, b] = [await write('the fox jumped'), await sit()]
  await settled()
  const branch = branchOf(a.client, 'doc', 'draft')
  await branch.create()
  const { object } = a.client.open(branch.target)
  const draft = marksOf(object, 'body')
  draft.text.insert(14, ' over')
  draft.mark(4, 19, 'bold')
  b.marks.text.insert(0, '> ')
  b.marks.mark(0, 5, 'italic')
  await settled()
  expect(shown(a.marks)).toBe('<italic>> the</> fox jumped')
  await branch.push().local
  await settled()
  for (const { marks } of [a, b])
    expect(shown(marks)).toBe('<italic>> the</> <bold>fox jumped over</>')
})

describe('[MARK8] undo', () => {
  it('takes back one’s own mark, and what it covered is there again', async () => {
    const [a, b] = [await write('hello world'), await sit()]
    await settled()
    const history = historyOf(a.object)
    const step = (act: () => void): void => history.group('step', act)
    step(() => a.marks.mark(0, 5, 'bold'))
    step(() => a.marks.mark(0, 11, 'bold'))
    b.marks.mark(6, 11, 'italic')
    await settled()
    history.undo()
    expect(shown(a.marks)).toBe('<bold>hello</> <italic>world</>')
    history.undo()
    expect(shown(a.marks)).toBe('hello <italic>world</>')
    history.redo()
    history.redo()
    await settled()
    expect(shown(a.marks)).toBe('<bold>hello </><bold italic>world</>')
    expect(shown(b.marks)).toBe(shown(a.marks))
  })

  it('of a deletion brings marks back with the text, once and again', async () => {
    const [a, b] = [await write('a bold link b'), await sit()]
    a.marks.mark(2, 6, 'bold')
    a.marks.mark(7, 11, 'link', 'x')
    await settled()
    const html = 'a <bold>bold</> <link=x>link</> b'
    const history = historyOf(a.object)
    history.group('cut', () => a.marks.text.remove(1, 11))
    expect(shown(a.marks)).toBe('ab')
    for (let turn = 0; turn < 3; turn++) {
      history.undo()
      expect(shown(a.marks)).toBe(html)
      await settled()
      expect(shown(b.marks)).toBe(html)
      history.redo()
      expect(shown(a.marks)).toBe('ab')
    }
  })

  it('of text and marks in turn, and all of it again', async () => {
    const a = await sit()
    const history = historyOf(a.object)
    history.group('type', () => a.marks.text.insert(0, 'abc'))
    history.group('mark', () => a.marks.mark(1, 3, 'link', 'x'))
    history.group('delete', () => a.marks.text.remove(0, 3))
    for (let i = 0; i < 3; i++) history.undo()
    expect(shown(a.marks)).toBe('')
    history.redo()
    expect(shown(a.marks)).toBe('abc')
    history.redo()
    expect(shown(a.marks)).toBe('a<link=x>bc</>')
    history.redo()
    history.undo()
    expect(shown(a.marks)).toBe('a<link=x>bc</>')
  })
})

describe('[MARK9] what cannot be is refused, and nothing has changed', () => {
  it.each<[from: number, to: number, kind: string, value: Value | undefined, code: string]>([
    [-1, 2, 'bold', true, 'BAD_OFFSET'],
    [0, 7, 'bold', true, 'BAD_OFFSET'],
    [0.5, 2, 'bold', true, 'BAD_OFFSET'],
    [Number.NaN, 2, 'bold', true, 'BAD_OFFSET'],
    ['0' as never, 2, 'bold', true, 'BAD_OFFSET'],
    [0, 1, 'bold', true, 'BAD_OFFSET'],
    [1, 3, 'bold', true, 'BAD_OFFSET'],
    [4, 2, 'bold', true, 'BAD_OFFSET'],
    [2, 4, '', true, 'BAD_FIELD'],
    [2, 4, 5 as never, true, 'BAD_FIELD'],
    [2, 4, '__proto__', true, 'RESERVED_NAME'],
    [2, 4, '$del', true, 'RESERVED_NAME'],
    [2, 4, 'bold', null, 'BAD_VALUE'],
    [2, 4, 'bold', Number.NaN, 'BAD_VALUE'],
    [2, 4, 'bold', (() => true) as never, 'BAD_VALUE'],
    [2, 4, 'bold', new Date(0) as never, 'BAD_VALUE'],
    [2, 4, 'link', '\ud800', 'BAD_UNICODE'],
  ])('mark(%s, %s, %j, %j): %s', async (from, to, kind, value, code) => {
    const { client, marks } = await write('😀abcd')
    let caught: unknown
    try {
      marks.mark(from, to, kind, value)
    } catch (error) {
      caught = error
    }
    expect(caught).toBeInstanceOf(UsageError)
    expect(caught).toMatchObject({ code })
    expect(marks.ranges).toEqual([])
    expect(client.outbox.pending).toHaveLength(1)
    expect(() => marks.at(1)).toThrow(/BAD_OFFSET/)
    expect(() => marks.unmark(4, 2, 'bold')).toThrow(/BAD_OFFSET/)
  })

  it('also before anything has loaded, and where there are no marks', async () => {
    const client = createTestClient(server)
    open.push(client)
    const { object } = client.open('doc')
    expect(() => marksOf(object, 'body').mark(0, 0, 'bold')).toThrow(/NOT_LOADED/)
    expect(() => marksOf(object, ['notes', 'a'] as never)).toThrow(/BAD_FIELD/)
  })
})

describe('[MARK10] marks', () => {
  it('of other texts and collections are apart', async () => {
    const { object, marks } = await write('abcdef')
    const note = marksOf(object, ['notes', 'x', 'body'])
    note.text.insert(0, 'note')
    note.mark(0, 4, 'bold')
    const comments = marksOf(object, 'body', { collection: 'comments' })
    comments.mark(0, 2, 'comment', 'why?')
    expect(marks.ranges).toEqual([])
    expect(shown(note)).toBe('<bold>note</>')
    expect(shown(comments)).toBe('<comment=why?>ab</>cdef')
  })

  it('are heard of when the stretches are others, and only then', async () => {
    const { object, marks } = await write('abcdef')
    let heard = 0
    const end = marks.subscribe(() => (heard += 1))
    marks.mark(2, 4, 'bold')
    expect(heard).toBe(1)
    const { ranges } = marks
    marks.text.insert(6, 'behind')
    marksOf(object, ['notes', 'x', 'body']).text.insert(0, 'note')
    object.update('notes', 'x', { title: 'x' })
    expect([heard, marks.ranges === ranges]).toEqual([1, true])
    marks.text.insert(0, 'before')
    expect(heard).toBe(2)
    expect(marks.ranges[0]).toMatchObject({ from: 8, to: 10 })
    end()
    marks.unmark(8, 9, 'bold')
    expect(heard).toBe(2)
  })

  it('that a person cannot read are passed over', async () => {
    const a = await write('abcdef')
    a.marks.mark(0, 3, 'bold')
    a.object.add('marks', { text: 'body', kind: 'bold', value: true, from: 'x', to: 3 })
    const unknown = ['zzzzzzzz', 9, 'after']
    a.object.add('marks', { text: 'body', kind: 'bold', value: true, from: unknown, to: unknown })
    expect(shown(a.marks)).toBe('<bold>abc</>def')
  })
})
