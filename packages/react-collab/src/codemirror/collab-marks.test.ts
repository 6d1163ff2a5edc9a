import { EditorView, keymap, runScopeHandlers } from '@codemirror/view'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Client } from '../client.js'
import { marksOf } from '../marks/marks-of.js'
import { safeLink } from '../marks/safe-link.js'
import type { TextMarks } from '../marks/text-marks.js'
import { createFakeServer, type FakeServer } from '../testing/fake-server.js'
import { createTestClient } from '../testing/test-client.js'
import { collabMarks, type CollabMarksOptions } from './collab-marks.js'
import { collabText } from './collab-text.js'
import { markKeymap, type MarkKeymapOptions, toggleMark } from './mark-keymap.js'

interface Desk {
  readonly client: Client
  readonly marks: TextMarks
  readonly view: EditorView
  readonly errors: unknown[]
}

let server: FakeServer
const open: Desk[] = []

beforeEach(() => {
  server = createFakeServer()
})
afterEach(async () => {
  for (const { client, view } of open.splice(0)) {
    view.destroy()
    await client.close()
  }
})

interface Sitting extends CollabMarksOptions, MarkKeymapOptions {
  /** The marks come before the text among the extensions. */
  readonly isAhead?: boolean
  readonly isEarly?: boolean
}

async function sit({ isAhead = false, isEarly = false, ...options }: Sitting = {}): Promise<Desk> {
  const client = createTestClient(server)
  const { object } = client.open('doc')
  if (!isEarly) await client.loaded('doc')
  const text = object.text('body')
  const marks = marksOf(object, 'body')
  const errors: unknown[] = []
  const shown = [collabText(text), collabMarks(marks, options)]
  const view = new EditorView({
    doc: text.toString(),
    extensions: [
      ...(isAhead ? shown.reverse() : shown),
      EditorView.exceptionSink.of((error) => void errors.push(error)),
      keymap.of(markKeymap(options)),
    ],
    parent: document.body,
  })
  const desk = { client, marks, view, errors }
  open.push(desk)
  return desk
}

const tick = (ms = 0): Promise<unknown> => new Promise((next) => setTimeout(next, ms))

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

/** What the editor shows: text, and what is marked as `[class class|text]`. */
function shown({ view }: Desk): string {
  return [...view.contentDOM.querySelectorAll('.cm-line')]
    .map((line) =>
      [...line.childNodes]
        .map((node) => {
          const { className } = node as Element
          const names = (className ?? '').replaceAll('collab-mark-', '')
          return names === '' ? node.textContent : `[${names}|${node.textContent}]`
        })
        .join(''),
    )
    .join('\n')
}

function press(view: EditorView, key: string): void {
  const event = new KeyboardEvent('keydown', { key, ctrlKey: true })
  Object.defineProperty(event, 'keyCode', { value: key.toUpperCase().charCodeAt(0) })
  runScopeHandlers(view, event, 'editor')
}

describe('[CM20] marks in an editor', () => {
  it.each([false, true])('are shown, and move with what is typed', async (isAhead) => {
    const [a, b] = [await sit({ isAhead }), await sit({ isAhead })]
    a.view.dispatch({ changes: { from: 0, insert: 'one two\nthree' } })
    a.marks.mark(4, 10, 'bold')
    a.marks.mark(6, 7, 'a b')
    await settled()
    for (const desk of [a, b]) expect(shown(desk)).toBe('one [bold|tw][a_b bold|o]\n[bold|th]ree')
    b.view.dispatch({ changes: { from: 5, insert: '!' } })
    a.view.dispatch({ changes: { from: 0, to: 3 } })
    await settled()
    for (const desk of [a, b]) expect(shown(desk)).toBe(' [bold|t!w][a_b bold|o]\n[bold|th]ree')
    b.marks.unmark(0, b.marks.text.length, 'bold')
    await settled()
    for (const desk of [a, b]) expect(shown(desk)).toBe(' t!w[a_b|o]\nthree')
    expect([...a.errors, ...b.errors]).toEqual([])
  })

  it('of an editor that begins with them', async () => {
    const a = await sit()
    a.marks.text.insert(0, 'bold')
    a.marks.mark(0, 4, 'bold')
    await settled()
    const b = await sit({ isEarly: true })
    await settled()
    expect(shown(b)).toBe('[bold|bold]')
    b.view.destroy()
    a.marks.unmark(0, 4, 'bold')
    await settled()
    expect(b.errors).toEqual([])
  })

  it('wait where the editor shows another text, and keep nobody busy', async () => {
    const a = await sit()
    a.marks.text.insert(0, 'one two')
    a.marks.mark(0, 3, 'bold')
    let updates = 0
    const counting = EditorView.updateListener.of(() => void (updates += 1))
    const view = new EditorView({ doc: 'another', extensions: [collabMarks(a.marks), counting] })
    view.dispatch({ changes: { from: 0, insert: 'yet ' } })
    a.marks.mark(4, 7, 'bold')
    await tick(20)
    expect(updates).toBeLessThan(5)
    expect(view.state.doc.toString()).toBe('yet another')
    view.dispatch({ changes: { from: 0, to: view.state.doc.length, insert: 'one two' } })
    await tick()
    expect(view.contentDOM.querySelectorAll('.collab-mark-bold')).toHaveLength(2)
    view.destroy()
  })

  it('have the attributes that the app gives', async () => {
    const attributes = (kind: string, value: unknown) =>
      kind === 'color' ? { style: `color: ${String(value)}` } : undefined
    const a = await sit({ attributes })
    a.marks.text.insert(0, 'red')
    a.marks.mark(0, 3, 'color', 'red')
    await tick()
    const element = a.view.contentDOM.querySelector<HTMLElement>('.collab-mark-color')
    expect(element?.style.color).toBe('red')
  })
})

describe('[CM21] a link', () => {
  it.each([
    ['https://example.org/a?b', 'https://example.org/a?b'],
    ['http://example.org', 'http://example.org/'],
    ['mailto:ada@example.org', 'mailto:ada@example.org'],
    ['javascript:alert(1)', undefined],
    ['java\nscript:alert(1)', undefined],
    [' JavaScript:alert(1)', undefined],
    ['data:text/html,x', undefined],
    ['//example.org', undefined],
    ['example.org', undefined],
    [7, undefined],
  ])('to %j leads to %j', async (value, href) => {
    expect(safeLink(value)).toBe(href)
    const a = await sit()
    a.marks.text.insert(0, 'here')
    a.marks.mark(0, 4, 'link', value)
    await tick()
    const element = a.view.contentDOM.querySelector('.collab-mark-link')
    expect(element?.tagName).toBe(href === undefined ? 'SPAN' : 'A')
    expect(element?.getAttribute('href') ?? undefined).toBe(href)
  })

  it('opens on a click with Ctrl, without a way back, and not on another', async () => {
    const a = await sit()
    a.marks.text.insert(0, 'here')
    a.marks.mark(0, 4, 'link', 'https://example.org')
    await tick()
    const opened: unknown[] = []
    const before = window.open
    window.open = (...args: unknown[]) => void opened.push(args) as never
    const link = a.view.contentDOM.querySelector('a')!
    // A page that people edit does not follow links; this one would.
    a.view.dom.addEventListener('click', (event) => event.preventDefault())
    for (const ctrlKey of [false, true])
      link.dispatchEvent(new MouseEvent('click', { bubbles: true, cancelable: true, ctrlKey }))
    window.open = before
    expect(opened).toEqual([['https://example.org/', '_blank', 'noopener,noreferrer']])
  })
})

describe('[CM22] keys', () => {
  it('toggle bold and italic on what is selected, else on the word', async () => {
    const a = await sit()
    a.view.dispatch({ changes: { from: 0, insert: 'one two' } })
    a.view.dispatch({ selection: { anchor: 5, head: 2 } })
    press(a.view, 'b')
    await tick()
    expect(shown(a)).toBe('on[bold|e t]wo')
    a.view.dispatch({ selection: { anchor: 5 } })
    press(a.view, 'i')
    await tick()
    expect(shown(a)).toBe('on[bold|e ][bold italic|t][italic|wo]')
    a.view.dispatch({ selection: { anchor: 0, head: 7 } })
    toggleMark('bold')(a.view)
    toggleMark('bold')(a.view)
    await tick()
    expect(shown(a)).toBe('one [italic|two]')
  })

  it('set a link that is asked for, and take it away', async () => {
    const asked = ['javascript:alert(1)', null, 'https://example.org']
    const a = await sit({ askLink: () => asked.shift() })
    a.view.dispatch({ changes: { from: 0, insert: 'one two' }, selection: { anchor: 1 } })
    press(a.view, 'k')
    press(a.view, 'k')
    expect(a.marks.ranges).toEqual([])
    press(a.view, 'k')
    expect(a.marks.ranges).toEqual([{ from: 0, to: 3, marks: { link: 'https://example.org/' } }])
    press(a.view, 'k')
    expect([a.marks.ranges, asked]).toEqual([[], []])
  })

  it('tell of an error, and do nothing in an editor without marks', async () => {
    const a = await sit({ isEarly: true })
    a.view.dispatch({ changes: { from: 0, insert: 'early' }, selection: { anchor: 0, head: 5 } })
    a.errors.length = 0
    expect(toggleMark('bold')(a.view)).toBe(true)
    expect(a.errors).toMatchObject([{ code: 'NOT_LOADED' }])
    const bare = new EditorView({ doc: 'bare' })
    expect(toggleMark('bold')(bare)).toBe(false)
    bare.destroy()
  })
})
