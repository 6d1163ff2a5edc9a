import { EditorState, Transaction } from '@codemirror/state'
import { EditorView, keymap, runScopeHandlers } from '@codemirror/view'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Client } from '../client.js'
import type { SharedObject } from '../shared-object.js'
import type { SharedText } from '../shared-text.js'
import { createFakeServer, type FakeServer } from '../testing/fake-server.js'
import { createTestClient } from '../testing/test-client.js'
import { collabKeymap } from './collab-keymap.js'
import { collabText } from './collab-text.js'

interface Desk {
  readonly client: Client
  readonly object: SharedObject
  readonly text: SharedText
  readonly view: EditorView
  /** What was told to the exception sink. */
  readonly errors: unknown[]
  readonly transactions: Transaction[]
}

let server: FakeServer
const open: Desk[] = []

beforeEach(() => {
  server = createFakeServer()
})
afterEach(close)

async function close(): Promise<void> {
  for (const { client, view } of open.splice(0)) {
    view.destroy()
    await client.close()
  }
}

/** A client with an editor; `doc` is what the editor begins with, else the text. */
function sit(doc?: string): Desk {
  const client = createTestClient(server)
  const { object } = client.open('doc')
  const text = object.text('body')
  const errors: unknown[] = []
  const transactions: Transaction[] = []
  const view = new EditorView({
    doc: doc ?? text.toString(),
    extensions: [
      collabText(text),
      EditorView.exceptionSink.of((error) => void errors.push(error)),
      EditorView.updateListener.of((update) => void transactions.push(...update.transactions)),
      keymap.of([...collabKeymap(object)]),
    ],
    parent: document.body,
  })
  const desk = { client, object, text, view, errors, transactions }
  open.push(desk)
  return desk
}

async function read(doc?: string): Promise<Desk> {
  const desk = sit(doc)
  await desk.client.loaded('doc')
  await tick()
  return desk
}

const tick = (ms = 0): Promise<unknown> => new Promise((next) => setTimeout(next, ms))
const shown = ({ view }: Desk): string => view.state.doc.toString()

/** Waits until everybody who is on the line has all that there is. */
async function settled(): Promise<void> {
  for (let calm = 0; calm < 5; ) {
    await tick(5)
    const isCalm = open.every(
      ({ client }) =>
        client.status.state === 'synced' &&
        (client.peek('doc').replica.cursor?.seq ?? 0) === server.log('doc').length,
    )
    calm = isCalm ? calm + 1 : 0
  }
}

describe('[CM1] an editor and its text', () => {
  it('what is typed is written, what others write appears, marked as remote', async () => {
    const [a, b] = [await read(), await read()]
    a.view.dispatch({ changes: { from: 0, insert: 'one\ntwo' } })
    expect(a.text.toString()).toBe('one\ntwo')
    await settled()
    expect(shown(b)).toBe('one\ntwo')
    const [transaction] = b.transactions.filter(({ docChanged }) => docChanged)
    expect(transaction?.annotation(Transaction.remote)).toBe(true)
    expect(transaction?.annotation(Transaction.addToHistory)).toBe(false)
    expect(a.transactions.filter(({ docChanged }) => docChanged)).toHaveLength(1)
  })

  it('several changes of one transaction each stand where they were meant', async () => {
    const a = await read()
    a.view.dispatch({ changes: { from: 0, insert: 'abcdef' } })
    a.view.dispatch({
      changes: [
        { from: 0, insert: '<' },
        { from: 2, to: 4, insert: '😀' },
        { from: 6, insert: '>' },
      ],
    })
    expect(a.text.toString()).toBe('<ab😀ef>')
    expect(shown(a)).toBe('<ab😀ef>')
  })

  it('the caret stays where one was typing', async () => {
    const [a, b] = [await read(), await read()]
    a.text.insert(0, 'hello world')
    await settled()
    b.view.dispatch({ selection: { anchor: 6 } })
    a.text.insert(0, '>> ')
    a.text.insert(9, 'big ')
    await settled()
    expect(shown(b)).toBe('>> hello big world')
    expect(b.view.state.selection.main.head).toBe(9)
  })

  it('what others write comes also to an editor that is read-only or filters', async () => {
    const a = await read()
    const view = new EditorView({
      extensions: [collabText(a.text), EditorState.changeFilter.of(() => false)],
    })
    a.text.insert(0, 'news')
    expect(view.state.doc.toString()).toBe('news')
    view.destroy()
  })

  it('two editors of one text show the same', async () => {
    const a = await read()
    const second = new EditorView({ extensions: [collabText(a.text)] })
    a.view.dispatch({ changes: { from: 0, insert: 'left' } })
    second.dispatch({ changes: { from: 4, insert: ' right' } })
    expect([shown(a), second.state.doc.toString()]).toEqual(['left right', 'left right'])
    second.destroy()
  })
})

it('[CM2] editors and texts stay equal, whatever is done where', async () => {
  const act = fc.record({
    who: fc.nat(1),
    /** In the editor, or written past it. */
    where: fc.constantFrom('editor', 'text', 'undo'),
    at: fc.nat(30),
    count: fc.nat(4),
    inserted: fc.constantFrom('', 'x', '\n', 'yy\nz', '😀', '\r\n'),
    offline: fc.option(fc.boolean(), { nil: undefined }),
    waits: fc.boolean(),
  })
  await fc.assert(
    fc.asyncProperty(fc.array(act, { minLength: 1, maxLength: 20 }), async (acts) => {
      server = createFakeServer()
      const desks = [await read(), await read()]
      for (const { who, where, at, count, inserted, offline, waits } of acts) {
        const { client, text, view } = desks[who]!
        if (offline !== undefined) client.setOffline(offline)
        const places = placesOf(text.toString())
        const from = places[at % places.length]!
        const to = places[Math.min((at % places.length) + count, places.length - 1)]!
        if (where === 'text') text.splice(from, to - from, inserted)
        else if (where === 'undo') press(view, 'z')
        else {
          const end = text.length
          const changes = [{ from, to, insert: inserted }]
          view.dispatch({ changes: to < end ? [...changes, { from: end, insert: '!' }] : changes })
        }
        expect(shown(desks[who]!)).toBe(text.toString())
        if (waits) await tick(2)
      }
      for (const { client } of desks) client.setOffline(false)
      await settled()
      const [a, b] = desks as [Desk, Desk]
      expect(a.text.toString()).toBe(b.text.toString())
      expect([shown(a), shown(b)]).toEqual([a.text.toString(), b.text.toString()])
      expect([...a.errors, ...b.errors]).toEqual([])
      await close()
    }),
    { numRuns: 15 },
  )
})

/** The offsets of a string that lie between its characters. */
function placesOf(text: string): number[] {
  const places = [0]
  for (const character of text) places.push(places.at(-1)! + character.length)
  return places
}

function press(view: EditorView, key: string, shiftKey = false): void {
  const event = new KeyboardEvent('keydown', { key, ctrlKey: true, shiftKey })
  const keyCode = key.toUpperCase().charCodeAt(0)
  Object.defineProperty(event, 'keyCode', { value: keyCode })
  runScopeHandlers(view, event, 'editor')
}

describe('[CM3] where editor and text differ the text is right', () => {
  it('at the beginning', async () => {
    const a = await read()
    a.text.insert(0, 'shared')
    const b = await read('something else')
    await settled()
    expect(shown(b)).toBe('shared')
    expect(b.text.toString()).toBe('shared')
  })

  it('after an edit before it was read', async () => {
    const first = await read()
    first.text.insert(0, 'kept')
    await settled()
    const a = sit()
    a.view.dispatch({ changes: { from: 0, insert: 'too early' } })
    a.view.dispatch({ changes: { from: 9, insert: ', again' } })
    await tick()
    expect(a.errors).toMatchObject([{ code: 'NOT_LOADED' }])
    await settled()
    expect([shown(a), a.text.toString()]).toEqual(['kept', 'kept'])
  })

  it('after an edit that cuts a pair in two', async () => {
    const a = await read()
    a.view.dispatch({ changes: { from: 0, insert: 'a😀b' } })
    a.view.dispatch({
      changes: [
        { from: 1, to: 2 },
        { from: 4, insert: '!' },
      ],
    })
    await tick()
    expect(a.errors).toMatchObject([{ code: 'BAD_OFFSET' }])
    expect(shown(a)).toBe(a.text.toString())
    expect(shown(a)).toContain('😀')
  })
})

describe('[CM4] line ends', () => {
  it('a text with \\r has the same offsets in both', async () => {
    const a = await read()
    a.text.insert(0, 'one\r\ntwo\rthree')
    expect(shown(a)).toBe('one\r\ntwo\rthree')
    a.view.dispatch({ changes: { from: 5, to: 8, insert: '2\r\n' } })
    expect(a.text.toString()).toBe('one\r\n2\r\n\rthree')
    const b = await read()
    await settled()
    expect([shown(b), b.view.state.doc.lines]).toEqual(['one\r\n2\r\n\rthree', 3])
    a.text.insert(a.text.length, '.')
    await settled()
    expect(shown(b)).toBe(a.text.toString())
  })

  it('those that are pasted become \\n', async () => {
    const { view } = await read()
    const filters = view.state.facet(EditorView.clipboardInputFilter)
    const pasted = filters.reduce((text, filter) => filter(text, view.state), 'a\r\nb\rc\nd')
    expect(pasted).toBe('a\nb\nc\nd')
  })
})

it('[CM5] an editor that is destroyed hears nothing more', async () => {
  const a = await read()
  a.view.dispatch({ changes: { from: 0, insert: 'before' } })
  a.view.destroy()
  a.text.insert(0, 'not ')
  await tick()
  expect(shown(a)).toBe('before')
  expect(a.errors).toEqual([])
})

it('[CM6] undo and redo have their keys, and take back one’s own edits only', async () => {
  const [a, b] = [await read(), await read()]
  a.view.dispatch({ changes: { from: 0, insert: 'mine' } })
  await settled()
  b.text.insert(2, ' theirs ')
  await settled()
  press(a.view, 'z')
  expect([shown(a), a.text.toString()]).toEqual([' theirs ', ' theirs '])
  press(a.view, 'Z', true)
  expect(shown(a)).toBe('mi theirs ne')
  press(a.view, 'z')
  press(a.view, 'y')
  await settled()
  expect([shown(a), shown(b)]).toEqual(['mi theirs ne', 'mi theirs ne'])
})
