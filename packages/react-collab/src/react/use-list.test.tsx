import { defineSchema, list, object, value } from '@react-collab/core'
import {
  act,
  cleanup,
  configure,
  render,
  renderHook,
  screen,
  waitFor,
} from '@testing-library/react'
import { memo, type ReactNode, StrictMode, Suspense } from 'react'
import { afterEach, expect, it } from 'vitest'
import type { Client } from '../client.js'
import { listOf } from '../list/list-of.js'
import { useList as useReadyList } from '../suspense/use-list.js'
import { createFakeServer } from '../testing/fake-server.js'
import { createTestClient } from '../testing/test-client.js'
import { CollabProvider } from './collab-provider.js'
import { createCollab } from './create-collab.js'
import type { Shown } from './row-actions.js'
import { type ListOptions, useList } from './use-list.js'

// A machine may be busy.
configure({ asyncUtilTimeout: 4000 })

interface Todo {
  readonly text?: string
  readonly done?: boolean
}

const open: Client[] = []

function newClient(server = createFakeServer(), parts = {}): Client {
  const client = createTestClient(server, parts)
  open.push(client)
  return client
}

afterEach(async () => {
  cleanup()
  for (const client of open.splice(0)) await client.close()
})

const under = (client: Client) =>
  function Wrapper({ children }: { children: ReactNode }) {
    return (
      <StrictMode>
        <CollabProvider client={client}>{children}</CollabProvider>
      </StrictMode>
    )
  }

async function fill(client: Client, ...ids: string[]): Promise<void> {
  await listOf(client.peek('home'), 'todos').insert(
    0,
    ...ids.map((id) => ({ id, text: id, done: false })),
  ).local
}

const useTodos = (options?: ListOptions<Todo>) => useList<Todo>('home', 'todos', options)
const idsOf = (items: readonly Shown<unknown>[] | undefined) => items?.map(({ id }) => id)

it('[HOOK30] is loading without data, then ready; what is written before is kept in its order', async () => {
  const server = createFakeServer()
  const { result } = renderHook(() => useTodos(), { wrapper: under(newClient(server)) })
  expect(result.current).toMatchObject({ status: 'loading', data: undefined, error: undefined })
  const first = result.current.add({ text: 'first' })
  const { ids } = result.current.insert(0, { id: 'zero', text: 'zero' })
  const moved = result.current.move(first.id, 0)
  await act(() => moved.server)
  expect(result.current.status).toBe('ready')
  expect(idsOf(result.current.data)).toEqual([first.id, ...ids])
  expect(server.log('home')).toHaveLength(3)
})

it('[HOOK30] has failed, with the error, when the disk cannot be read', async () => {
  const client = newClient(undefined, { openStore: () => Promise.reject(new Error('broken')) })
  const { result } = renderHook(() => useTodos(), { wrapper: under(client) })
  await waitFor(() => expect(result.current.status).toBe('failed'))
  expect(result.current).toMatchObject({ data: undefined, error: { code: 'STORE_FAILED' } })
})

it('[HOOK31] inserts, moves, changes, deletes and restores, each shown at once', async () => {
  const client = newClient()
  await fill(client, 'a', 'b', 'c')
  const { result } = renderHook(() => useTodos(), { wrapper: under(client) })
  const actions = { ...result.current }
  const shows = (run: () => unknown, ...ids: string[]): void => {
    act(() => void run())
    expect(idsOf(result.current.data)).toEqual(ids)
  }
  shows(() => actions.move('a', 2), 'b', 'c', 'a')
  shows(() => actions.insert(1, { id: 'x' }, { id: 'y' }), 'b', 'x', 'y', 'c', 'a')
  shows(() => actions.moveBefore(['c', 'a'], 'b'), 'c', 'a', 'b', 'x', 'y')
  shows(() => actions.remove('a'), 'c', 'b', 'x', 'y')
  shows(() => actions.restore('a'), 'c', 'a', 'b', 'x', 'y')
  shows(() => actions.update('a', { text: 'new' }), 'c', 'a', 'b', 'x', 'y')
  expect(result.current.data?.[1]).toEqual({ id: 'a', text: 'new', done: false })
  expect(result.current.move).toBe(actions.move)
})

it('[HOOK32] a move renders the list and no item, a change only the item that changed', async () => {
  const client = newClient()
  await fill(client, 'a', 'b', 'c')
  const rendered: string[] = []
  const Item = memo(function Item({ todo }: { todo: Shown<Todo> }) {
    rendered.push(todo.id)
    return <li>{`${todo.text} ${String(todo.done)}`}</li>
  })
  function List() {
    const { data } = useTodos()
    rendered.push('list')
    return (
      <ul>
        {data?.map((todo) => (
          <Item key={todo.id} todo={todo} />
        ))}
      </ul>
    )
  }
  render(
    <CollabProvider client={client}>
      <List />
    </CollabProvider>,
  )
  expect(screen.getAllByRole('listitem')).toHaveLength(3)
  const firstLine = screen.getAllByRole('listitem')[0]
  const home = listOf(client.peek('home'), 'todos')

  rendered.length = 0
  act(() => void home.moveTo('a', 2))
  expect(rendered).toEqual(['list'])
  // The same element, so that focus and a running drag stay with it.
  expect(screen.getAllByRole('listitem')[2]).toBe(firstLine)

  rendered.length = 0
  act(() => void home.update('b', { done: true }))
  expect(rendered).toEqual(['list', 'b'])

  rendered.length = 0
  act(() => void listOf(client.peek('home'), 'todos', { within: 'a' }).add({ text: 'inner' }))
  act(() => void client.peek('home').change({ title: 'other' }))
  expect(rendered).toEqual([])
})

it('[HOOK32] an inline `where` and a `limit` keep what stays', async () => {
  const client = newClient()
  await fill(client, 'a', 'b', 'c')
  let renders = 0
  const { result } = renderHook(
    () => {
      renders += 1
      return useTodos({ where: (todo) => !todo.done, limit: 2 })
    },
    { wrapper: under(client) },
  )
  const [a, b] = result.current.data ?? []
  const before = renders
  act(() => void result.current.update('c', { text: 'not shown' }))
  expect(renders).toBe(before)
  act(() => void result.current.moveBefore('b', 'a'))
  expect(result.current.data).toEqual([b, a])
  expect(result.current.data?.[1]).toBe(a)
  act(() => void result.current.update('b', { done: true }))
  expect(idsOf(result.current.data)).toEqual(['a', 'c'])
})

it('[HOOK33] shows the list that a row holds, and takes items from one to the other', async () => {
  const client = newClient()
  await fill(client, 'a', 'b')
  const { result, rerender } = renderHook((options) => useTodos(options), {
    wrapper: under(client),
    initialProps: { within: 'doing' },
  })
  expect(result.current.data).toEqual([])
  act(() => void result.current.move('b', 0))
  expect(idsOf(result.current.data)).toEqual(['b'])
  rerender({ within: '' })
  expect(idsOf(result.current.data)).toEqual(['a'])
})

const schema = defineSchema({
  board: object({ cards: list({ text: value<string>() }), tags: list(value<string>()) }),
})
const collab = createCollab(schema)

it('[HOOK34] knows the lists of a schema, those of values too', async () => {
  const client = newClient()
  const board = collab.ref.board('board')
  const { result } = renderHook(() => collab.useList(board, 'tags'), { wrapper: under(client) })
  const added = result.current.add('red')
  await act(() => added.local)
  await waitFor(() => expect(result.current.data?.map((tag) => tag.value)).toEqual(['red']))
  act(() => void result.current.update(added.id, 'blue'))
  expect(result.current.data).toEqual([{ id: added.id, value: 'blue' }])
  expect(() => listOf(client.peek('board', board.spec), 'nothing')).toThrow(
    expect.objectContaining({ code: 'UNKNOWN_COLLECTION' }),
  )
})

it('[HOOK18, HOOK34] suspends until the disk was read', async () => {
  const client = newClient()
  await fill(client, 'a')
  function List() {
    const { data, status } = useReadyList<Todo>('home', 'todos')
    return <p>{`${status} ${data.map(({ id }) => id).join()}`}</p>
  }
  render(
    <CollabProvider client={client}>
      <Suspense fallback="…">
        <List />
      </Suspense>
    </CollabProvider>,
  )
  expect(await screen.findByText('ready a')).toBeTruthy()
})

it('[HOOK19] refuses options that are none', () => {
  const client = newClient()
  const render30 = (options: unknown) => () =>
    renderHook(() => useTodos(options as ListOptions<Todo>), { wrapper: under(client) })
  const bad = expect.objectContaining({ code: 'BAD_VALUE' })
  expect(render30('a')).toThrow(bad)
  expect(render30({ limit: -1 })).toThrow(bad)
  expect(render30({ within: 1 })).toThrow(expect.objectContaining({ code: 'BAD_ID' }))
})
