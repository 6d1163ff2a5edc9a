/** DOT's README, example by example, on objects that two people share. */
import {
  caret,
  changeSet,
  createBranch,
  createUndo,
  defineSchema,
  field,
  foldOver,
  follow,
  item,
  list,
  move,
  object as objectOf,
  pathChange,
  pathRef,
  replace,
  splice,
  spliceStream,
  type Stream,
  substream,
  text,
  updateStream,
  value,
} from '@react-collab/core'
import { beforeEach, describe, expect, it, test } from 'vitest'
import { branchOf } from '../branch.js'
import type { Client } from '../client.js'
import { listOf } from '../list/list-of.js'
import type { SharedObject } from '../shared-object.js'
import { createFakeServer, type FakeServer } from '../testing/fake-server.js'
import { createTestClient } from '../testing/test-client.js'
import { type ObjectValue, type SharedStream, streamOf } from './stream-of.js'

const { objects } = defineSchema({
  doc: objectOf({
    body: text(),
    todos: list({ complete: value<boolean>(), description: text() }),
  }),
})
type Doc = ObjectValue<typeof objects.doc>

let server: FakeServer
const open: Client[] = []

beforeEach(async () => {
  await Promise.all(open.splice(0).map((client) => client.close()))
  server = createFakeServer()
})

interface Person {
  readonly client: Client
  readonly object: SharedObject
  readonly stream: SharedStream<Doc>
}

async function person(): Promise<Person> {
  const client = createTestClient(server)
  open.push(client)
  const { object } = client.open({ id: 'doc', spec: objects.doc })
  await client.loaded('doc')
  return { client, object, stream: streamOf<Doc>(object) }
}

/** Waits until everybody has all that there is. */
async function settled(): Promise<void> {
  for (let calm = 0; calm < 5; ) {
    await new Promise((next) => setTimeout(next, 5))
    const isSeen = (client: Client): boolean =>
      client.status.state === 'synced' &&
      (client.peek('doc').replica.cursor?.seq ?? 0) === server.log('doc').length
    calm = open.every(isSeen) ? calm + 1 : 0
  }
}

/** Two people who have the same text before them. */
async function both(body: string): Promise<readonly [Stream<string>, Stream<string>]> {
  const [ada, ben] = [await person(), await person()]
  if (body !== '') ada.object.text('body').insert(0, body)
  await settled()
  const bodyOf = ({ stream }: Person) => field(stream.latest(), 'body')
  return [bodyOf(ada), bodyOf(ben)]
}

describe('streams', () => {
  test('[STR24] applying a change', async () => {
    const [initial, other] = await both('hello')
    expect(spliceStream(initial, 5, 0, ' world').value).toBe('hello world')
    await settled()
    expect(other.latest().value).toBe('hello world')
  })

  test('[STR24] a change set, and a change at a path', async () => {
    const [initial, other] = await both('hello')
    initial.append(changeSet([splice(5, '', ' world'), splice(11, '', '.')]))
    await settled()
    expect(other.latest().value).toBe('hello world.')
  })

  test('[STR27] convergence, from one value', async () => {
    const [initial, other] = await both('hello')
    const s1 = spliceStream(initial, 5, 0, ' world')
    const s2 = spliceStream(initial, 3, 'lo'.length, '')
    expect([s1.value, s2.value]).toEqual(['hello world', 'hel'])
    expect([s1.latest().value, s2.latest().value]).toEqual(['hel world', 'hel world'])
    await settled()
    expect(other.latest().value).toBe('hel world')
  })

  test('[STR27] convergence, of two people at a time', async () => {
    const [initial, other] = await both('hello')
    spliceStream(initial, 5, 0, ' world')
    spliceStream(other, 3, 'lo'.length, '')
    await settled()
    expect([initial.latest().value, other.latest().value]).toEqual(['hel world', 'hel world'])
  })

  test('[STR28] undo and redo', async () => {
    const [master, other] = await both('hello')
    const stack = createUndo(master)
    const child = spliceStream(stack.stream, 0, 1, 'H')
    expect(child.value).toBe('Hello')
    await settled()
    spliceStream(other.latest(), 5, 0, '$')
    await settled()
    stack.undo()
    expect(child.latest().value).toBe('hello$')
    stack.redo()
    expect(child.latest().value).toBe('Hello$')
    await settled()
    expect(other.latest().value).toBe('Hello$')
  })

  test('[STR28] folding', async () => {
    const [master, other] = await both('hello world!')
    let folded: Stream<string> = foldOver(master, splice(5, ' world', '...'))
    expect(folded.value).toBe('hello...!')
    folded = spliceStream(folded, 0, 1, 'H')
    folded = spliceStream(folded, 'Hello...!'.length, 0, '!!')
    expect(folded.value).toBe('Hello...!!!')
    const changed = spliceStream(other, 1, 1, 'u')
    expect(changed.value).toBe('hullo world!')
    await settled()
    expect(folded.latest().value).toBe('Hullo...!!!')
    expect(changed.latest().value).toBe('Hullo world!!!')
  })

  test('[STR28] branching', async () => {
    const [master, other] = await both('hello')
    const local = createBranch(master)
    spliceStream(local.stream, 1, 1, 'a')
    spliceStream(other, 5, 0, '!')
    await settled()
    expect([master.latest().value, local.stream.latest().value]).toEqual(['hello!', 'hallo'])
    local.push()
    expect(master.latest().value).toBe('hallo!')
    local.pull()
    expect(local.stream.latest().value).toBe('hallo!')
    await settled()
    expect(other.latest().value).toBe('hallo!')
  })
})

describe('the list of things to do', () => {
  const first = { id: 'a', complete: false, description: 'buy milk' }

  async function lists() {
    const [ada, ben] = [await person(), await person()]
    listOf(ada.object, 'todos').add({ id: 'a', complete: false })
    ada.object.text(['todos', 'a', 'description']).insert(0, 'buy milk')
    await settled()
    const todosOf = ({ stream }: Person) => field(stream.latest(), 'todos')
    return [todosOf(ada), todosOf(ben)] as const
  }

  test('[STR24] toggling one', async () => {
    const [todos, other] = await lists()
    const complete = field(item(todos, 0), 'complete')
    updateStream(complete, !complete.value)
    await settled()
    expect(other.latest().value).toEqual([{ ...first, complete: true }])
  })

  test('[STR24] splicing a description', async () => {
    const [todos, other] = await lists()
    spliceStream(field(item(todos, 0), 'description'), 0, 3, 'get')
    await settled()
    expect(other.latest().value).toEqual([{ ...first, description: 'get milk' }])
  })

  test('[STR27] adding one, while another is edited', async () => {
    const [todos, other] = await lists()
    const second = { id: 'b', complete: false, description: 'drink it' }
    todos.append(splice(0, [], [second]))
    spliceStream(field(item(other, 0), 'description'), 0, 3, 'get')
    await settled()
    const expected = [second, { ...first, description: 'get milk' }]
    expect(todos.latest().value).toEqual(expected)
    expect(other.latest().value).toEqual(expected)
  })
})

describe('[STR28] what stands on streams', () => {
  it('a part follows its item, and ends when that is deleted', async () => {
    const [ada, ben] = [await person(), await person()]
    const rows = ['a', 'b', 'c'].map((id) => ({ id, complete: false, description: id }))
    ada.stream.append(pathChange(['todos'], splice(0, [], rows)))
    await settled()
    const description = substream<string>(ben.stream.latest(), ['todos', 1, 'description'])
    ada.stream.latest().append(pathChange(['todos'], move(0, 1, 2)))
    spliceStream(substream<string>(ada.stream.latest(), ['todos', 0, 'description']), 1, 0, '!')
    await settled()
    expect(description.latest().value).toBe('b!')
    expect((description.latest() as typeof description).path).toEqual(['todos', 0, 'description'])
    spliceStream(description, 0, 0, 'still ')
    await settled()
    expect(ada.object.text(['todos', 'b', 'description']).toString()).toBe('still b!')
    listOf(ada.object, 'todos').remove('b')
    await settled()
    expect(description.hasEnded()).toBe(true)
  })

  it('references follow what they are of', async () => {
    const [master, other] = await both('hello world')
    const at = caret([], 6)
    spliceStream(other, 0, 0, '>> ')
    spliceStream(other.latest(), 3, 5, 'HELLO')
    await settled()
    expect(follow(master, at).ref).toMatchObject({ index: 9 })
    const gone = follow(master, pathRef([3]))
    expect(gone.stream.value).toBe('>> HELLO world')
  })

  it('an undo passes over what others have overwritten, and finds its way among them', async () => {
    const [ada, ben] = [await person(), await person()]
    const undo = createUndo<Doc>(ada.stream)
    const row = { id: 'a', complete: false, description: 'x' }
    undo.stream.append(pathChange(['todos'], splice(0, [], [row])))
    undo.stream.latest().append(pathChange(['todos', 0, 'complete'], replace(false, true)))
    await settled()
    listOf(ben.object, 'todos').update('a', { complete: false })
    listOf(ben.object, 'todos').insert(0, { id: 'b', complete: true })
    await settled()
    expect(undo.undo()).toBe(true)
    expect(ada.stream.latest().value.todos.map(({ id }) => id)).toEqual(['b'])
    expect(undo.redo()).toBe(true)
    expect(ada.stream.latest().value.todos).toEqual([
      { id: 'b', complete: true, description: '' },
      { id: 'a', complete: false, description: 'x' },
    ])
  })

  it('a branch of a list is pushed as one edit', async () => {
    const [ada, ben] = [await person(), await person()]
    const branch = createBranch<Doc>(ada.stream)
    for (const id of ['a', 'b', 'c'])
      branch.stream
        .latest()
        .append(pathChange(['todos'], splice(0, [], [{ id, complete: false, description: id }])))
    branch.stream.latest().append(pathChange(['todos'], move(0, 1, 2)))
    listOf(ben.object, 'todos').add({ id: 'z', complete: true })
    await settled()
    const before = server.log('doc').length
    branch.push()
    await settled()
    expect(server.log('doc').length - before).toBe(1)
    const ids = ben.stream.latest().value.todos.map(({ id }) => id)
    expect(ids.filter((id) => id !== 'z')).toEqual(['b', 'a', 'c'])
    expect(ids).toHaveLength(4)
  })

  it('a branch that is kept on this device is a source of streams as well', async () => {
    const [ada, ben] = [await person(), await person()]
    const draft = branchOf(ada.client, 'doc', 'draft')
    await draft.create()
    const { object, close } = ada.client.open({ id: draft.target, spec: objects.doc })
    await object.loaded
    const row = { id: 'a', complete: false, description: 'x' }
    streamOf<Doc>(object).append(
      changeSet([
        pathChange(['todos'], splice(0, [], [row])),
        pathChange(['body'], splice(0, '', 'hello')),
      ]),
    )
    expect(ada.stream.latest().value).toEqual({ body: '', todos: [] })
    draft.push()
    await settled()
    expect(ada.stream.latest().value).toEqual({ body: 'hello', todos: [row] })
    expect(ben.stream.latest().value).toEqual({ body: 'hello', todos: [row] })
    close()
  })
})
