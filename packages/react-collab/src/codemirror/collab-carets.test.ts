import { EditorView, RectangleMarker } from '@codemirror/view'
import { afterEach, describe, expect, it } from 'vitest'
import type { Client } from '../client.js'
import type { Caret } from '../presence/text-carets.js'
import { TextCarets } from '../presence/text-carets.js'
import type { SharedObject } from '../shared-object.js'
import { createFakeServer, type FakeServer } from '../testing/fake-server.js'
import { createTestClient } from '../testing/test-client.js'
import { CaretMarker } from './caret-marker.js'
import { collabCarets } from './collab-carets.js'
import { collabText } from './collab-text.js'

const open: { readonly client: Client; readonly view: EditorView }[] = []

afterEach(async () => {
  for (const { client, view } of open.splice(0)) {
    view.destroy()
    await client.close()
  }
})

interface Desk {
  /** Whether the editor has the focus; that of the page would move its selection in the middle of an update. */
  isFocused: boolean
  readonly object: SharedObject
  readonly view: EditorView
  readonly errors: unknown[]
}

async function sit(server: FakeServer, name: string): Promise<Desk> {
  const client = createTestClient(server)
  const { object } = client.open('doc')
  await client.loaded('doc')
  const text = object.text('body')
  const errors: unknown[] = []
  const view = new EditorView({
    doc: text.toString(),
    extensions: [
      collabCarets(object, 'body', { name }),
      collabText(text),
      EditorView.exceptionSink.of((error) => void errors.push(error)),
    ],
    parent: document.body,
  })
  open.push({ client, view })
  const desk = { object, view, errors, isFocused: false }
  Object.defineProperty(view, 'hasFocus', { get: () => desk.isFocused })
  return desk
}

/** The carets of others that somebody knows of. */
const seenBy = ({ object }: Desk): unknown[] =>
  new TextCarets(object, 'body').all.map(({ name, anchor, head }) => [name, anchor, head])

describe('[CAR4] carets of editors', () => {
  it('are shared while the editor has the focus, also as it writes', async () => {
    const server = createFakeServer()
    const [ada, ben] = [await sit(server, 'Ada'), await sit(server, 'Ben')]
    ada.isFocused = true
    ada.view.dispatch({ changes: { from: 0, insert: 'hello' }, selection: { anchor: 5 } })
    await expect.poll(() => seenBy(ben)).toEqual([['Ada', 5, 5]])
    ben.view.dispatch({ changes: { from: 0, insert: '>> ' } })
    expect(seenBy(ben)).toEqual([['Ada', 8, 8]])
    await expect.poll(() => ada.view.state.doc.toString()).toBe('>> hello')
    ada.view.dispatch({ selection: { anchor: 8, head: 3 } })
    await expect.poll(() => seenBy(ben)).toEqual([['Ada', 8, 3]])
    expect(seenBy(ada)).toEqual([])
    ada.isFocused = false
    ada.view.dispatch({ selection: { anchor: 0 } })
    await expect.poll(() => seenBy(ben)).toEqual([])
    expect([...ada.errors, ...ben.errors]).toEqual([])
  })

  it('are gone with the editor', async () => {
    const server = createFakeServer()
    const [ada, ben] = [await sit(server, 'Ada'), await sit(server, 'Ben')]
    ada.isFocused = true
    ada.view.dispatch({ changes: { from: 0, insert: 'x' } })
    await expect.poll(() => seenBy(ben)).toEqual([['Ada', 0, 0]])
    ada.view.destroy()
    await expect.poll(() => seenBy(ben)).toEqual([])
  })

  it('show their flag again when their owner moves them, not when they are carried along', () => {
    const caret: Caret = {
      id: 'a',
      principal: 'ada',
      name: 'Ada',
      color: '#1971c2',
      ink: '#ffffff',
      anchor: 3,
      head: 3,
      moves: 1,
    }
    const at = (left: number, more: Partial<Caret> = {}): CaretMarker =>
      new CaretMarker(new RectangleMarker('', left, 40, null, 20), { ...caret, ...more }, false)
    const before = at(10)
    const bar = before.draw()
    expect([bar.textContent, bar.style.left, bar.style.top]).toEqual(['Ada', '10px', '40px'])
    expect(before.eq(at(10))).toBe(true)
    expect(before.eq(at(12))).toBe(false)
    expect(at(50, { head: 9 }).update(bar, before)).toBe(true)
    expect(bar.style.left).toBe('50px')
    expect(at(50, { moves: 2 }).update(bar, before)).toBe(false)
    expect(at(10, { name: 'Ann' }).update(bar, before)).toBe(false)
    expect(bar.classList.contains('is-top')).toBe(false)
    const first = new CaretMarker(new RectangleMarker('', 0, 2, null, 20), caret, true).draw()
    expect(first.className).toBe('cm-peerCaret is-top is-farRight')
    expect(at(0, { name: '' }).draw().childElementCount).toBe(0)
  })
})
