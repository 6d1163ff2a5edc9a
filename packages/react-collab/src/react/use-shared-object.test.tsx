import {
  act,
  cleanup,
  configure,
  render,
  renderHook,
  screen,
  waitFor,
} from '@testing-library/react'
import { type ReactNode, StrictMode, useEffect, useLayoutEffect } from 'react'
import { afterEach, expect, it, vi } from 'vitest'
import type { Client } from '../client.js'
import { createFakeServer } from '../testing/fake-server.js'
import { createTestClient } from '../testing/test-client.js'
import { CollabProvider } from './collab-provider.js'
import { useSharedObject } from './use-shared-object.js'

// A machine may be busy.
configure({ asyncUtilTimeout: 4000 })

interface Todo {
  readonly title: string
  readonly done?: boolean
  readonly tags?: readonly string[]
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

it('[HOOK1] throws a UsageError where no provider is above', () => {
  const quiet = vi.spyOn(console, 'error').mockImplementation(() => undefined)
  expect(() => renderHook(() => useSharedObject('todo'))).toThrow(/CollabProvider/)
  quiet.mockRestore()
})

it('[HOOK1] shares nothing between two providers of one page', async () => {
  const [a, b] = [newClient(), newClient()]
  const Title = ({ label }: { label: string }) => {
    const [todo, change] = useSharedObject<Todo>('todo')
    return (
      <button onClick={() => change({ title: label })}>{`${label}:${todo?.title ?? '-'}`}</button>
    )
  }
  render(
    <>
      <CollabProvider client={a}>
        <Title label="a" />
      </CollabProvider>
      <CollabProvider client={b}>
        <Title label="b" />
      </CollabProvider>
    </>,
  )
  screen.getByText('a:-').click()
  await screen.findByText('a:a')
  expect(screen.getByText('b:-')).toBeTruthy()
  screen.getByText('b:-').click()
  await screen.findByText('b:b')
  expect(screen.getByText('a:a')).toBeTruthy()
})

it('[HOOK2] gives undefined until the disk was read, then the fields', async () => {
  const client = newClient()
  const { result } = renderHook(() => useSharedObject<Todo>('todo'), { wrapper: under(client) })
  expect(result.current[0]).toBeUndefined()
  await waitFor(() => expect(result.current[0]).toEqual({}))
  act(() => void result.current[1]({ title: 'milk' }))
  expect(result.current[0]).toEqual({ title: 'milk' })
})

it('[HOOK6] takes a change during the first effects, before anything was read', async () => {
  const server = createFakeServer()
  const client = newClient(server)
  const Eager = () => {
    const [todo, change] = useSharedObject<Todo>('todo')
    useLayoutEffect(() => void change({ title: 'early' }), [change])
    return <p>{todo?.title ?? 'none'}</p>
  }
  render(<Eager />, { wrapper: under(client) })
  expect(client.peek('todo').ready).toBe(false)
  expect(screen.getByText('early')).toBeTruthy()
  await waitFor(() => expect(server.log('todo')).toHaveLength(1))
  expect(screen.getByText('early')).toBeTruthy()
})

it('[HOOK6] takes a change after the component has gone', async () => {
  const server = createFakeServer()
  const client = newClient(server)
  const { result, unmount } = renderHook(() => useSharedObject<Todo>('todo'), {
    wrapper: under(client),
  })
  unmount()
  await result.current[1]({ title: 'late' }).server
  expect(server.log('todo')).toHaveLength(1)
})

it('[HOOK11] promises the disk and the log apart', async () => {
  const server = createFakeServer()
  const client = newClient(server)
  server.isSilent = true
  const { result } = renderHook(() => useSharedObject<Todo>('todo'), { wrapper: under(client) })
  const written = result.current[1]({ title: 'milk' })
  const logged = vi.fn()
  written.server.then(logged, logged)
  await written.local
  expect(logged).not.toHaveBeenCalled()
  server.isSilent = false
  server.close(undefined)
  client.reconnect()
  expect(await written.server).toBe(1)
})

it('[HOOK11] rejects the promise of an edit that the server refuses, and takes it back', async () => {
  const server = createFakeServer()
  server.refuse = () => 'not here'
  const client = newClient(server)
  const { result } = renderHook(() => useSharedObject<Todo>('todo'), { wrapper: under(client) })
  await waitFor(() => expect(client.status.state).toBe('synced'))
  const written = result.current[1]({ title: 'milk' })
  await written.local
  await expect(written.server).rejects.toMatchObject({ code: 'REFUSED' })
  await waitFor(() => expect(result.current[0]).toEqual({}))
})

it('[HOOK12] removes the field that a draft deletes and writes only what differs', async () => {
  const server = createFakeServer()
  const client = newClient(server)
  const { result } = renderHook(() => useSharedObject<Todo>('todo'), { wrapper: under(client) })
  await result.current[1]({ title: 'milk', done: true }).server
  await result.current[1]((draft) => {
    draft.title = 'milk'
    delete draft.done
  }).server
  expect(server.log('todo')[1]?.[2]).toEqual([['x', '', 'done']])
  await waitFor(() => expect(result.current[0]).toEqual({ title: 'milk' }))
})

it('[HOOK3] writes nothing and renders nothing for an equal value', async () => {
  const server = createFakeServer()
  const client = newClient(server)
  const rendered = vi.fn()
  const useShown = () => {
    rendered()
    return useSharedObject<Todo>('todo')
  }
  const wrapper = ({ children }: { children: ReactNode }) => (
    <CollabProvider client={client}>{children}</CollabProvider>
  )
  const { result } = renderHook(useShown, { wrapper })
  await act(() => result.current[1]({ title: 'milk', tags: ['a'] }).server)
  const before = rendered.mock.calls.length
  await act(() => result.current[1]({ title: 'milk', tags: ['a'] }).server)
  await act(() => result.current[1]((draft) => void (draft.tags = ['a'])).server)
  expect(server.log('todo')).toHaveLength(1)
  expect(rendered).toHaveBeenCalledTimes(before)
})

it('[HOOK3] renders only when the selected slice changed, also for inline selectors', async () => {
  const client = newClient()
  const rendered = vi.fn()
  const useShown = () => {
    rendered()
    return useSharedObject('todo', (todo: Todo) => ({ tags: todo.tags }))
  }
  const { result } = renderHook(useShown, {
    wrapper: ({ children }) => <CollabProvider client={client}>{children}</CollabProvider>,
  })
  await act(() => result.current[1]({ title: 'milk', tags: ['a'] }).local)
  const [slice] = result.current
  const before = rendered.mock.calls.length
  act(() => void result.current[1]({ title: 'bread' }))
  expect(rendered).toHaveBeenCalledTimes(before)
  act(() => void result.current[1]({ tags: ['a', 'b'] }))
  expect(rendered).toHaveBeenCalledTimes(before + 1)
  expect(slice).toEqual({ tags: ['a'] })
  expect(result.current[0]).toEqual({ tags: ['a', 'b'] })
})

it('[HOOK3] compares with the given isEqual, in both forms', async () => {
  const client = newClient()
  const useBoth = (
    selector: (todo: Todo) => number,
    isEqual: (a: number, b: number) => boolean,
  ) => [
    useSharedObject('todo', selector, isEqual)[0],
    useSharedObject('todo', { selector, isEqual })[0],
  ]
  const useShown = () =>
    useBoth(
      (todo) => todo.title?.length ?? 0,
      (a, b) => Math.abs(a - b) < 3,
    )
  const { result } = renderHook(useShown, { wrapper: under(client) })
  await act(() => client.peek('todo').change({ title: 'abc' }).local)
  expect(result.current).toEqual([3, 3])
  await act(() => client.peek('todo').change({ title: 'abcd' }).local)
  expect(result.current).toEqual([3, 3])
  await act(() => client.peek('todo').change({ title: 'abcdef' }).local)
  expect(result.current).toEqual([6, 6])
})

it('[HOOK5] keeps the identity of change as long as the id stays', async () => {
  const client = newClient()
  const { result, rerender } = renderHook(({ id }) => useSharedObject<Todo>(id), {
    wrapper: under(client),
    initialProps: { id: 'a' },
  })
  const [, first] = result.current
  await act(() => first({ title: 'x' }).local)
  rerender({ id: 'a' })
  expect(result.current[1]).toBe(first)
  rerender({ id: 'b' })
  expect(result.current[1]).not.toBe(first)
})

it('[HOOK7] never shows the value of the id before', async () => {
  const client = newClient()
  await client.peek('a').change({ title: 'of a' }).local
  const seen: string[] = []
  const Title = ({ id }: { id: string }) => {
    const [todo] = useSharedObject<Todo>(id)
    const text = `${id}:${todo?.title ?? '-'}`
    seen.push(text)
    useEffect(() => void seen.push(text))
    return <p>{text}</p>
  }
  const { rerender } = render(<Title id="a" />, { wrapper: under(client) })
  await screen.findByText('a:of a')
  rerender(<Title id="b" />)
  await waitFor(() => expect(client.peek('b').ready).toBe(true))
  rerender(<Title id="a" />)
  expect(screen.getByText('a:of a')).toBeTruthy()
  expect(seen.filter((text) => text.startsWith('b')).every((text) => text === 'b:-')).toBe(true)
})

it('[HOOK8] holds the object open while mounted, in StrictMode too, and lets go after', async () => {
  const client = newClient()
  const opened = vi.spyOn(client, 'open')
  const closed = vi.fn()
  opened.mockImplementation((...args) => {
    const held = Object.getPrototypeOf(client).open.apply(client, args)
    return { object: held.object, close: () => (closed(), held.close()) }
  })
  const { unmount } = renderHook(() => useSharedObject<Todo>('todo'), { wrapper: under(client) })
  expect(opened.mock.calls.length - closed.mock.calls.length).toBe(1)
  unmount()
  expect(opened.mock.calls.length).toBe(closed.mock.calls.length)
})

it('[HOOK8] may unmount while the disk is being read', async () => {
  const errors = vi.spyOn(console, 'error')
  const client = newClient()
  const { unmount } = renderHook(() => useSharedObject<Todo>('todo'), { wrapper: under(client) })
  unmount()
  await client.loaded('todo')
  const { result } = renderHook(() => useSharedObject<Todo>('todo'), { wrapper: under(client) })
  expect(result.current[0]).toEqual({})
  expect(errors).not.toHaveBeenCalled()
  errors.mockRestore()
})
