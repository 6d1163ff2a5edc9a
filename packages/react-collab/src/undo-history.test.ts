import { beforeEach, describe, expect, it } from 'vitest'
import type { Client } from './client.js'
import { listOf } from './list/list-of.js'
import { marksOf } from './marks/marks-of.js'
import type { SharedObject } from './shared-object.js'
import { createFakeServer, type FakeServer } from './testing/fake-server.js'
import { createTestClient } from './testing/test-client.js'
import { historyOf, type UndoHistory } from './undo-history.js'

let server: FakeServer
const open: Client[] = []

beforeEach(async () => {
  await Promise.all(open.splice(0).map((client) => client.close()))
  server = createFakeServer()
})

async function person(): Promise<{ object: SharedObject; history: UndoHistory }> {
  const client = createTestClient(server)
  open.push(client)
  const { object } = client.open('board')
  await client.loaded('board')
  return { object, history: historyOf(object) }
}

/** Waits until everybody has all that there is. */
async function settled(): Promise<void> {
  for (let calm = 0; calm < 5; ) {
    await new Promise((next) => setTimeout(next, 5))
    const isSeen = (client: Client): boolean =>
      client.status.state === 'synced' &&
      (client.peek('board').replica.cursor?.seq ?? 0) === server.log('board').length
    calm = open.every(isSeen) ? calm + 1 : 0
  }
}

describe('[UNDO5] what is too much for one event is taken back whole', () => {
  it('many rows', async () => {
    const { object, history } = await person()
    const ids = Array.from({ length: 300 }, (_, i) => `t${i}`)
    for (const id of ids) object.add('todos', { id, text: 'x' })
    history.group('clear', () => ids.forEach((id) => object.remove('todos', id)))
    history.undo()
    expect(object.sorted('todos').read()).toHaveLength(300)
    history.redo()
    expect(object.sorted('todos').read()).toHaveLength(0)
  })

  it('a long text, with all that it is marked with', async () => {
    const { object, history } = await person()
    const text = object.text('body')
    const long = 'ab😀cd'.repeat(30_000)
    history.group('write', () => text.insert(0, long))
    const marks = marksOf(object, 'body')
    for (let i = 0; i < 300; i++) marks.mark(6 * i, 6 * i + 1, 'bold')
    history.group('clear', () => text.remove(0, text.length))
    await settled()
    history.undo()
    await settled()
    expect(open[0]?.outbox.rejected).toEqual([])
    expect([text.toString() === long, marks.ranges.length]).toEqual([true, 300])
  })
})

describe('[UNDO1] takes back what one did, latest first, and does it again', () => {
  it('fields, rows and counters', async () => {
    const { object, history } = await person()
    history.group('title', () => object.change({ title: 'one' }))
    history.group('title again', () => object.change({ title: 'two' }))
    history.group('card', () => object.add('cards', { id: 'a', text: 'x' }))
    history.group('vote', () => {
      object.counter('votes').add(2)
      object.counter('votes').add(3)
    })
    expect(history.undoLabel).toBe('vote')
    history.undo()
    expect(object.counter('votes').value).toBe(0)
    history.undo()
    expect(object.row('cards', 'a')).toBeUndefined()
    history.undo()
    expect(object.get()).toMatchObject({ title: 'one' })
    history.undo()
    expect(object.get()?.['title']).toBeUndefined()
    expect([history.canUndo, history.undo()]).toEqual([false, false])
    while (history.redo());
    expect(object.get()).toEqual({ title: 'two', votes: 5 })
    expect(object.row('cards', 'a')).toEqual({ id: 'a', text: 'x' })
    expect(history.canRedo).toBe(false)
  })

  it('what is typed and deleted', async () => {
    const { object, history } = await person()
    const text = object.text('body')
    history.group('type', () => text.insert(0, 'hello world'))
    history.group('delete', () => text.remove(0, 6))
    history.group('replace', () => text.splice(0, 5, 'moon'))
    const shown = ['moon', 'world', 'hello world', '']
    for (const one of shown) {
      expect(text.toString()).toBe(one)
      history.undo()
    }
    for (const one of [...shown].reverse()) {
      expect(text.toString()).toBe(one)
      history.redo()
    }
  })

  it('removed rows come back with their place and what was in them', async () => {
    const { object, history } = await person()
    const list = listOf(object, 'todos')
    list.insert(0, { id: 'a', text: 'A' }, { id: 'b', text: 'B' }, { id: 'c', text: 'C' })
    history.group('move', () => list.move(0, 2))
    history.group('clear', () => {
      list.remove('b')
      list.remove('c')
    })
    const ids = (): unknown[] => list.items.map(({ id }) => id)
    expect(ids()).toEqual(['a'])
    history.undo()
    expect(ids()).toEqual(['b', 'c', 'a'])
    history.undo()
    expect(ids()).toEqual(['a', 'b', 'c'])
    history.redo()
    history.redo()
    expect(ids()).toEqual(['a'])
  })
})

describe('[UNDO2] leaves what others did', () => {
  it('a field that somebody has overwritten since', async () => {
    const [a, b] = [await person(), await person()]
    a.history.group('mine', () => a.object.change({ title: 'mine', colour: 'red' }))
    await settled()
    b.object.change({ title: 'theirs' })
    await settled()
    a.history.undo()
    expect(a.object.get()).toEqual({ title: 'theirs' })
    await settled()
    expect(b.object.get()).toEqual({ title: 'theirs' })
    expect(b.history.canUndo).toBe(true)
  })

  it('what somebody typed into what one typed', async () => {
    const [a, b] = [await person(), await person()]
    const [mine, theirs] = [a.object.text('body'), b.object.text('body')]
    mine.insert(0, 'one two')
    await settled()
    theirs.insert(3, ' and a half')
    await settled()
    a.history.undo()
    expect(mine.toString()).toBe(' and a half')
    a.history.redo()
    expect(mine.toString()).toContain(' and a half')
    await settled()
    expect(theirs.toString()).toBe(mine.toString())
  })
})

describe('[UNDO3] steps', () => {
  it('join edits that follow at once, and end where others were undone', async () => {
    const { object, history } = await person()
    const text = object.text('body')
    for (const letter of 'abc') text.insert(text.length, letter)
    history.undo()
    expect(text.toString()).toBe('')
    history.redo()
    expect(text.toString()).toBe('abc')
    text.insert(3, 'd')
    expect(history.canRedo).toBe(false)
  })

  it('are not made while it pauses, and go when it is cleared', async () => {
    const { object, history } = await person()
    history.pause()
    object.change({ seen: true })
    history.resume()
    expect(history.canUndo).toBe(false)
    object.change({ title: 'x' })
    let heard = 0
    history.subscribe(() => void (heard += 1))
    history.clear()
    expect([history.canUndo, history.canRedo]).toEqual([false, false])
    await Promise.resolve()
    await Promise.resolve()
    expect(heard).toBe(1)
  })

  it.each([
    ['no label', [() => 1]],
    ['no function', ['Clear', undefined]],
  ])('of a group with %s are refused, and nothing has changed', async (_, args) => {
    const { object, history } = await person()
    const group = history.group.bind(history) as (...args: readonly unknown[]) => unknown
    expect(() => group(...args)).toThrow(/BAD_VALUE: a group has a label and a function/)
    object.change({ title: 'x' })
    expect(history.undoLabel).toBeUndefined()
  })

  it('that change nothing are none', async () => {
    const { object, history } = await person()
    history.group('nothing', () => object.change({}))
    expect(history.canUndo).toBe(false)
  })
})
