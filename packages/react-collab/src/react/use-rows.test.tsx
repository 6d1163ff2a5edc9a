import { type ObjectId, StorageError } from '@react-collab/core'
import {
  act,
  cleanup,
  configure,
  render,
  renderHook,
  screen,
  waitFor,
} from '@testing-library/react'
import { memo, type ReactNode, StrictMode, useState } from 'react'
import { afterEach, expect, it, vi } from 'vitest'
import type { Client } from '../client.js'
import { openIndexedDbDisk } from '../store/indexeddb-disk.js'
import { createLocalStore } from '../store/local-store.js'
import { createMemoryDisk } from '../store/memory-disk.js'
import { createFakeServer } from '../testing/fake-server.js'
import { createTestClient } from '../testing/test-client.js'
import { CollabProvider } from './collab-provider.js'
import type { Shown } from './row-actions.js'
import { useCounter } from './use-counter.js'
import { useRow } from './use-row.js'
import { type RowsOptions, useRows } from './use-rows.js'

// A machine may be busy.
configure({ asyncUtilTimeout: 4000 })

interface Todo {
  readonly title?: string
  readonly rank?: number
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

/** Fills a list, and waits until it is on disk. */
async function fill(client: Client, count: number): Promise<void> {
  const list = client.peek('list')
  let last = Promise.resolve()
  for (let i = 0; i < count; i++) {
    const id = `t${String(i).padStart(4, '0')}`
    last = list.add('todos', { id, title: `todo ${i}`, rank: i }).local
  }
  await last
}

const titles = (rows: readonly Shown<Todo>[] | undefined) => rows?.map((row) => row.title)

const useTodos = (options?: RowsOptions<Todo>) => useRows<Todo>('list', 'todos', options)

it('[HOOK2] is loading without data, then ready with a list, empty or not', async () => {
  const client = newClient()
  const { result } = renderHook(() => useTodos(), { wrapper: under(client) })
  expect(result.current).toMatchObject({ status: 'loading', data: undefined, error: undefined })
  await waitFor(() => expect(result.current.status).toBe('ready'))
  expect(result.current.data).toEqual([])
  act(() => void result.current.add({ id: 'a', title: 'milk' }))
  expect(result.current.data).toEqual([{ id: 'a', title: 'milk' }])
})

it('[HOOK2] has failed, with the error, when the disk cannot be read', async () => {
  const client = newClient(undefined, { openStore: () => Promise.reject(new Error('broken')) })
  const { result } = renderHook(() => useTodos(), { wrapper: under(client) })
  await waitFor(() => expect(result.current.status).toBe('failed'))
  expect(result.current).toMatchObject({ data: undefined, error: { code: 'STORE_FAILED' } })
})

it('[HOOK6] keeps rows that are added before anything was read', async () => {
  const server = createFakeServer()
  const client = newClient(server)
  const { result } = renderHook(() => useTodos(), { wrapper: under(client) })
  const added = result.current.add({ title: 'early' })
  const edited = result.current.update(added.id, { done: true })
  await act(() => edited.server)
  expect(result.current.data).toEqual([{ id: added.id, title: 'early', done: true }])
  expect(server.log('list')).toHaveLength(2)
})

it('[HOOK4] orders, filters and limits', async () => {
  const client = newClient()
  await fill(client, 5)
  const options: RowsOptions<Todo> = {
    where: (todo) => todo.rank !== 3,
    orderBy: 'rank',
    descending: true,
    limit: 2,
  }
  const { result, rerender } = renderHook((given) => useTodos(given), {
    wrapper: under(client),
    initialProps: options,
  })
  expect(titles(result.current.data)).toEqual(['todo 4', 'todo 2'])
  rerender({ ...options, descending: false, limit: undefined })
  expect(titles(result.current.data)).toEqual(['todo 0', 'todo 1', 'todo 2', 'todo 4'])
  rerender({ orderBy: (a, b) => (b.rank ?? 0) - (a.rank ?? 0), limit: 1 })
  expect(titles(result.current.data)).toEqual(['todo 4'])
})

it('[HOOK4] orders values of different kinds by kind, and rows without the field last', async () => {
  const client = newClient()
  const values = ['b', 10, null, 'A', true, 2, undefined, 'a2', 'a10']
  await client.loaded('list')
  values.forEach((value, i) => {
    client.peek('list').add('todos', { id: `${i}`, ...(value !== undefined && { value }) })
  })
  const useValues = (descending: boolean) =>
    useRows('list', 'todos', { orderBy: 'value', descending }).data?.map((row) => row['value'])
  const { result, rerender } = renderHook(useValues, {
    wrapper: under(client),
    initialProps: false,
  })
  expect(result.current).toEqual([null, true, 2, 10, 'A', 'a2', 'a10', 'b', undefined])
  rerender(true)
  expect(result.current).toEqual(['b', 'a10', 'a2', 'A', 10, 2, true, null, undefined])
})

it('[HOOK4] gives only the changed row another identity', async () => {
  const client = newClient()
  await fill(client, 3)
  const { result } = renderHook(() => useTodos(), { wrapper: under(client) })
  const before = result.current.data ?? []
  act(() => void result.current.update('t0001', { done: true }))
  const after = result.current.data ?? []
  expect(after.map((row, i) => row === before[i])).toEqual([true, false, true])
})

it('[HOOK4] keeps the list when nothing visible changed, with an inline where too', async () => {
  const client = newClient()
  await fill(client, 3)
  const rendered = vi.fn()
  const useShown = () => {
    rendered()
    return useTodos({ where: (todo) => todo.done !== true })
  }
  const { result, rerender } = renderHook(useShown, {
    wrapper: ({ children }) => <CollabProvider client={client}>{children}</CollabProvider>,
  })
  act(() => void result.current.update('t0002', { done: true }))
  const { data } = result.current
  const before = rendered.mock.calls.length
  act(() => void result.current.update('t0002', { title: 'unseen' }))
  act(() => void client.peek('list').change({ title: 'of the object' }))
  act(() => void client.peek('list').add('others', { title: 'elsewhere' }))
  expect(rendered).toHaveBeenCalledTimes(before)
  rerender()
  expect(result.current.data).toBe(data)
})

it('[HOOK5] keeps its functions while the list changes', async () => {
  const client = newClient()
  const { result } = renderHook(() => useTodos(), { wrapper: under(client) })
  const { add, update, remove, restore } = result.current
  await act(() => add({ title: 'x' }).local)
  expect(result.current).toMatchObject({ add, update, remove, restore })
})

it('[HOOK4] hides removed rows, shows them on demand and restores them with their edits', async () => {
  const client = newClient()
  await fill(client, 2)
  const { result } = renderHook(() => [useTodos(), useTodos({ deleted: true })] as const, {
    wrapper: under(client),
  })
  act(() => void result.current[0].remove('t0000'))
  expect(titles(result.current[0].data)).toEqual(['todo 1'])
  expect(titles(result.current[1].data)).toEqual(['todo 0'])
  act(() => void client.peek('list').update('todos', 't0000', { title: 'edited' }))
  act(() => void result.current[0].restore('t0000'))
  expect(titles(result.current[0].data)).toEqual(['edited', 'todo 1'])
  expect(result.current[1].data).toEqual([])
})

it('[HOOK7] never shows the rows of the id before', async () => {
  const client = newClient()
  await fill(client, 2)
  const { result, rerender } = renderHook(
    ({ id, collection }) => useRows<Todo>(id, collection).data,
    { wrapper: under(client), initialProps: { id: 'list', collection: 'todos' } },
  )
  expect(result.current).toHaveLength(2)
  rerender({ id: 'other', collection: 'todos' })
  expect(result.current).toBeUndefined()
  rerender({ id: 'list', collection: 'others' })
  expect(result.current).toEqual([])
})

it('[HOOK3] renders one of 1,000 rows when one changes', async () => {
  const client = newClient()
  await fill(client, 1000)
  const renders = new Map<string, number>()
  const Line = memo(({ id }: { id: string }) => {
    const [todo] = useRow<Todo>('list', 'todos', id)
    renders.set(id, (renders.get(id) ?? 0) + 1)
    return <li>{todo?.title}</li>
  })
  const listed = vi.fn()
  const List = () => {
    listed()
    const ids = useRows<Todo>('list', 'todos', { where: (todo) => todo.done !== true })
    return ids.data?.map(({ id }) => <Line key={id} id={id} />)
  }
  render(
    <CollabProvider client={client}>
      <List />
    </CollabProvider>,
  )
  expect(renders.size).toBe(1000)
  renders.clear()
  listed.mockClear()
  act(() => void client.peek('list').update('todos', 't0500', { title: 'changed' }))
  expect([...renders]).toEqual([['t0500', 1]])
  expect(listed).toHaveBeenCalledTimes(1)
  expect(screen.getByText('changed')).toBeTruthy()
})

it('[HOOK3] renders a row only for its own changes, and its selected slice only', async () => {
  const client = newClient()
  await fill(client, 2)
  const rendered = vi.fn()
  const useShown = () => {
    rendered()
    return useRow('list', 'todos', 't0000', (todo: Todo) => todo.title)
  }
  const { result } = renderHook(useShown, {
    wrapper: ({ children }) => <CollabProvider client={client}>{children}</CollabProvider>,
  })
  const before = rendered.mock.calls.length
  act(() => void client.peek('list').update('todos', 't0001', { title: 'other' }))
  act(() => void client.peek('list').update('todos', 't0000', { done: true }))
  expect(rendered).toHaveBeenCalledTimes(before)
  act(() => void result.current[1]({ title: 'own' }))
  expect(rendered).toHaveBeenCalledTimes(before + 1)
  expect(result.current[0]).toBe('own')
})

it('[HOOK2] gives undefined for a row that is missing or deleted', async () => {
  const client = newClient()
  await fill(client, 1)
  const { result, rerender } = renderHook(({ id }) => useRow<Todo>('list', 'todos', id), {
    wrapper: under(client),
    initialProps: { id: 't0000' },
  })
  expect(result.current[0]).toEqual({ id: 't0000', title: 'todo 0', rank: 0 })
  act(() => void client.peek('list').remove('todos', 't0000'))
  expect(result.current[0]).toBeUndefined()
  rerender({ id: 'nobody' })
  expect(result.current[0]).toBeUndefined()
})

it('[HOOK3] hears of what others write', async () => {
  const server = createFakeServer()
  const [a, b] = [newClient(server), newClient(server)]
  const { result } = renderHook(() => useTodos(), { wrapper: under(a) })
  await act(() => b.peek('list').add('todos', { id: 'x', title: 'from b' }).server)
  await waitFor(() => expect(titles(result.current.data)).toEqual(['from b']))
})

it('[HOOK4] follows a where that closes over state', async () => {
  const client = newClient()
  await fill(client, 3)
  const List = () => {
    const [least, raise] = useState(0)
    const { data } = useTodos({ where: (todo) => (todo.rank ?? 0) >= least })
    return <button onClick={() => raise(least + 1)}>{data?.length}</button>
  }
  render(<List />, { wrapper: under(client) })
  act(() => screen.getByText('3').click())
  act(() => screen.getByText('2').click())
  expect(screen.getByText('1')).toBeTruthy()
})

it('[HOOK4] sorts once between a render and its effect', async () => {
  const client = newClient()
  await fill(client, 50)
  const compare = vi.fn((a: Todo, b: Todo) => (a.rank ?? 0) - (b.rank ?? 0))
  const { result } = renderHook(() => useTodos({ orderBy: compare }), {
    wrapper: ({ children }) => <CollabProvider client={client}>{children}</CollabProvider>,
  })
  expect(result.current.data).toHaveLength(50)
  expect(compare.mock.calls.length).toBeLessThan(50 * 6)
})

it('[HOOK2] shows after a reload what was written before, without a network', async () => {
  const onDisk = () => {
    const openStore = async () =>
      createLocalStore(await openIndexedDbDisk('reload', () => undefined))
    return newClient(undefined, { openStore, offline: true })
  }
  const first = onDisk()
  const { result, unmount } = renderHook(() => useTodos(), { wrapper: under(first) })
  await act(() => result.current.add({ id: 'a', title: 'kept' }).local)
  unmount()
  await first.close()
  const after = renderHook(() => useTodos(), { wrapper: under(onDisk()) })
  await waitFor(() => expect(titles(after.result.current.data)).toEqual(['kept']))
})

it('[HOOK7] shows nothing of the client before, when the provider gets another', async () => {
  const [a, b] = [newClient(), newClient()]
  await fill(a, 1)
  const Count = () => <p>{useTodos().data?.length ?? 'unknown'}</p>
  const under = (client: Client) => (
    <CollabProvider client={client}>
      <Count />
    </CollabProvider>
  )
  const { container, rerender } = render(under(a))
  expect(container.textContent).toBe('1')
  rerender(under(b))
  expect(container.textContent).toBe('unknown')
  await waitFor(() => expect(container.textContent).toBe('0'))
})

it.each<[string, () => unknown, string, string]>([
  ['a target', () => useRows(undefined as never, 'todos'), 'BAD_ID', 'an object is named by'],
  ['a collection', () => useRows('list', undefined as never), 'BAD_ID', 'named by text'],
  ['options', () => useRows('list', 'todos', null as never), 'BAD_VALUE', 'orderBy'],
  ['a list of options', () => useRows('list', 'todos', [] as never), 'BAD_VALUE', 'orderBy'],
  ['where', () => useRows('list', 'todos', { where: 7 as never }), 'BAD_VALUE', 'where'],
  ['orderBy', () => useRows('list', 'todos', { orderBy: 7 as never }), 'BAD_VALUE', 'orderBy'],
  ['limit', () => useRows('list', 'todos', { limit: Number.NaN }), 'BAD_VALUE', 'limit'],
  ['an option', () => useRows('list', 'todos', { sortBy: 'x' } as never), 'BAD_VALUE', '"sortBy"'],
  ['no path', () => useCounter('list', undefined as never), 'BAD_FIELD', "['todos', id, 'title']"],
  [
    'half a path',
    () => useCounter('list', ['todos', 'x'] as never),
    'BAD_FIELD',
    'a field is named',
  ],
  ['a row id', () => useRow('list', 'todos', undefined as never), 'BAD_ID', 'no name'],
  ['a selector', () => useRow('list', 'todos', 'x', null as never), 'BAD_VALUE', 'a selector'],
])('[HOOK19] says what is wrong with %s', (_, use, code, text) => {
  const errors = vi.spyOn(console, 'error').mockReturnValue(undefined)
  const usage = expect.objectContaining({
    name: 'UsageError',
    code,
    message: expect.stringContaining(text) as unknown,
  }) as Error
  expect(() => renderHook(use, { wrapper: under(newClient()) })).toThrow(usage)
  errors.mockRestore()
})

it('[HOOK20] an object that cannot be read fails, and is ready after it was loaded again', async () => {
  let isCorrupt = true
  const store = createLocalStore(createMemoryDisk())
  const client = newClient(createFakeServer(), {
    openStore: async () => ({
      ...store,
      load: async (id: ObjectId) => {
        if (isCorrupt) throw new StorageError('CORRUPT', 'list cannot be read')
        return store.load(id)
      },
      forget: async (id: ObjectId) => {
        isCorrupt = false
        return store.forget(id)
      },
    }),
  })
  const { result } = renderHook(() => useTodos(), { wrapper: under(client) })
  await waitFor(() => expect(result.current.error?.code).toBe('CORRUPT'))
  await act(() => client.reload('list'))
  await waitFor(() => expect(result.current.status).toBe('ready'))
  act(() => void result.current.add({ title: 'again' }))
  expect(titles(result.current.data)).toEqual(['again'])
})
