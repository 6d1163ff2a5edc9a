/** What holds on to places of a text while everything is read anew, as after RESET. */
import { EditorView } from '@codemirror/view'
import {
  applyEvent,
  createObjectState,
  type Event,
  follow,
  range,
  ROOT,
  substream,
  Text,
  type TextEdit,
  type TextWriter,
} from '@react-collab/core'
import { describe, expect, it } from 'vitest'
import { collabText } from './codemirror/collab-text.js'
import { foldText } from './folded-text.js'
import { SharedObject } from './shared-object.js'
import type { SharedText } from './shared-text.js'
import { streamOf } from './streams/stream-of.js'
import { createTestReplica, eventOf, replicaOf, type TestReplica } from './testing/test-replica.js'
import { TextBinding } from './text-binding.js'
import { historyOf } from './undo-history.js'

interface Desk {
  readonly own: TestReplica
  readonly object: SharedObject
  readonly text: SharedText
  /** How the text began. */
  readonly begun: Event
  /** Loads the object anew, with what ben did meanwhile: each at its place in ben's text. */
  reset(...edits: (readonly [find: string, count: number, inserted: string])[]): Promise<void>
}

/** Ann's text, in the log. */
async function sit(body: string): Promise<Desk> {
  const own = await createTestReplica({}, 'a')
  const { replica, store } = own
  const object = new SharedObject(replica, {
    newId: () => 'new',
    load: () => Promise.resolve(),
    used: () => undefined,
    presence: undefined as never,
  })
  const text = object.text('body')
  text.insert(0, body)
  await own.flushed()
  const log = [...replica.visible.pending].map(eventOf)
  replica.receive({ term: 't', seq: 1, events: log })
  const begun = log[0] as Event
  return {
    own,
    object,
    text,
    begun,
    async reset(...edits) {
      await own.flushed()
      const ben: TextWriter = { replica: replicaOf('b'), nextId: 1 }
      // A state that shares nothing with the one in memory, as it comes from a disk or a server.
      const state = createObjectState()
      const events: Event[] = JSON.parse(JSON.stringify(log)) as Event[]
      for (const event of events) applyEvent(state, event)
      const his = new Text(state.rows.get('' as never)?.texts?.['body']?.live.text.encode())
      for (const [i, [find, count, inserted]] of edits.entries()) {
        const at = String(his).indexOf(find)
        const deletes = his.remove(at, count)
        const inserts = inserted === '' ? [] : [his.insert(at, inserted, ben)]
        const stamp = `00000000${i}000${ben.replica}` as Event[1]
        applyEvent(state, [i + 1, stamp, [['~', '' as never, 'body', inserts, deletes]]])
      }
      const cursor = { term: 'u', seq: log.length + edits.length }
      replica.replace(state, cursor, await store.pending(replica.object), replica.stored)
    },
  }
}

const scattered = [
  ['one', 0, '>> '],
  ['two ', 4, ''],
  ['four', 4, 'FOUR!'],
  ['six', 3, ''],
] as const

describe('[STXT6] a text that is read anew tells exactly what is different', () => {
  it('each edit at its place, those that wait to be sent kept', async () => {
    const { text, reset } = await sit('one two three four five six')
    text.splice(8, 5, 'drei')
    const told: (readonly TextEdit[])[] = []
    text.subscribe((edits) => void told.push(edits))
    await reset(...scattered)
    expect(text.toString()).toBe('>> one drei FOUR! five ')
    expect(told).toEqual([
      [
        { index: 0, removed: '', inserted: '>> ' },
        { index: 7, removed: 'two ', inserted: '' },
        { index: 12, removed: 'four', inserted: 'FOUR!' },
        { index: 23, removed: 'six', inserted: '' },
      ],
    ])
    await reset(...scattered)
    expect(told).toHaveLength(1)
  })

  it('by elements, where letters are equal', async () => {
    const { text, reset } = await sit('aaaa')
    const told: TextEdit[] = []
    text.subscribe((edits) => void told.push(...edits))
    const caret = text.anchor(2)
    await reset(['aaaa', 1, ''])
    expect(told).toEqual([{ index: 0, removed: 'a', inserted: '' }])
    expect(text.resolve(caret)).toBe(1)
  })

  it('an editor of CodeMirror has its selection where it was', async () => {
    const { text, reset } = await sit('one two three four five six')
    const view = new EditorView({ doc: text.toString(), extensions: [collabText(text)] })
    const at = (word: string) => view.state.doc.toString().indexOf(word)
    view.dispatch({ selection: { anchor: at('three'), head: at('three') + 5 } })
    await reset(...scattered)
    const { from, to } = view.state.selection.main
    expect(view.state.doc.toString()).toBe(text.toString())
    expect(view.state.sliceDoc(from, to)).toBe('three')
    view.destroy()
  })

  it('a textarea has its selection where it was', async () => {
    const { object, text, reset } = await sit('one two three four five six')
    const binding = new TextBinding(() => object, 'body')
    const area = document.body.appendChild(document.createElement('textarea'))
    const show = (): void => {
      area.value = text.toString()
      binding.shown(area.value)
    }
    binding.bind(area)
    binding.subscribe(show)
    show()
    area.focus()
    area.setSelectionRange(8, 13)
    await reset(...scattered)
    const { value, selectionStart, selectionEnd } = area
    expect(value.slice(selectionStart, selectionEnd)).toBe('three')
    area.remove()
  })

  it('what was typed into a textarea that is behind is carried over', async () => {
    const { object, text, reset } = await sit('one two three four five six')
    const binding = new TextBinding(() => object, 'body')
    const area = document.body.appendChild(document.createElement('textarea'))
    binding.bind(area)
    binding.subscribe(() => undefined)
    area.value = text.toString()
    binding.shown(area.value)
    area.value = area.value.replace('five', 'five and a half')
    area.setSelectionRange(34, 34)
    await reset(...scattered)
    binding.take()
    expect(text.toString()).toBe('>> one three FOUR! five and a half ')
    area.remove()
  })
})

describe('[FOLD4, STR25] what stands on a text that is read anew', () => {
  it('folds stay where they were, and hide what was typed in them', async () => {
    const { text, reset } = await sit('one two three four five six')
    const folded = foldText(text)
    let shown = folded.toString()
    folded.subscribe((edits) => {
      for (const { index, removed, inserted } of edits)
        shown = shown.slice(0, index) + inserted + shown.slice(index + removed.length)
    })
    folded.fold(8, 18)
    await reset(...scattered)
    expect(folded.folds()).toMatchObject([{ at: 7, hidden: 'three FOUR!' }])
    expect([folded.toString(), shown]).toEqual(['>> one … five ', '>> one … five '])
  })

  it('streams tell it as splices: references into it stay', async () => {
    const { object, text, reset } = await sit('one two three four five six')
    const body = substream<string>(streamOf(object), ['body'])
    const three = range([], 8, 13)
    await reset(...scattered)
    const { stream, ref } = follow(body, three)
    expect(stream.value).toBe(text.toString())
    expect(stream.value.slice(ref?.start.index, ref?.end.index)).toBe('three')
  })
})

describe('[UNDO4] what can be undone when a text is read anew', () => {
  it('is undone among all that came with it', async () => {
    const { object, text, reset } = await sit('one two three four five six')
    const history = historyOf(object)
    history.group('cut', () => text.splice(8, 6, ''))
    history.group('type', () => text.insert(text.length, ' seven'))
    await reset(...scattered)
    expect(text.toString()).toBe('>> one FOUR! five  seven')
    history.undo()
    history.undo()
    expect(text.toString()).toBe('>> one three FOUR! five ')
    history.redo()
    history.redo()
    expect(text.toString()).toBe('>> one FOUR! five  seven')
    await reset(...scattered)
    history.undo()
    expect(text.toString()).toBe('>> one FOUR! five ')
  })
})

it('[REP27] typing whose text was forgotten shows as soon as the text is there again', async () => {
  const { own, text, begun } = await sit('one two')
  const { replica } = own
  text.splice(0, 1, 'O')
  text.splice(4, 1, 'T')
  await own.flushed()
  const [first, second] = [...replica.visible.pending].map(eventOf)
  const all = await own.store.pending(replica.object)
  const rows = all.filter(({ events }) => events[0]?.[0] !== begun[0])
  replica.replace(createObjectState(), undefined, rows, replica.stored)
  expect(text.toString()).toBe('')
  replica.receive({ term: 'u', seq: 1, events: [begun] })
  expect(text.toString()).toBe('One Two')
  replica.receive({ term: 'u', seq: 2, events: [first!] })
  replica.receive({ term: 'u', seq: 3, events: [second!] })
  expect(text.toString()).toBe('One Two')
  expect(replica.visible.confirmed.rows.get(ROOT)?.texts?.['body']?.live.text.toString()).toBe(
    'One Two',
  )
})
