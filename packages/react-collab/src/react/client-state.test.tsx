import { act, cleanup, configure, renderHook, waitFor } from '@testing-library/react'
import type { ReactNode } from 'react'
import { afterEach, expect, it, vi } from 'vitest'
import type { Client } from '../client.js'
import { hostPlatform } from '../platform.js'
import type { SyncStatus } from '../status.js'
import { createFakeServer } from '../testing/fake-server.js'
import { createTestClient } from '../testing/test-client.js'
import { CollabProvider } from './collab-provider.js'
import { useConnection } from './use-connection.js'
import { useOutbox } from './use-outbox.js'
import { useSyncStatus } from './use-sync-status.js'

// A machine may be busy.
configure({ asyncUtilTimeout: 4000 })

let client: Client

afterEach(async () => {
  cleanup()
  vi.useRealTimers()
  await client.close()
})

const wrapper = ({ children }: { children: ReactNode }) => (
  <CollabProvider client={client}>{children}</CollabProvider>
)

it('[HOOK15] tells how the line stands, and goes offline and back', async () => {
  client = createTestClient(createFakeServer())
  const { result } = renderHook(() => useConnection(), { wrapper })
  expect(result.current.status).toBe('offline')
  await waitFor(() => expect(result.current.status).toBe('online'))
  const { setOffline, reconnect } = result.current
  act(() => setOffline(true))
  await waitFor(() => expect(result.current.status).toBe('offline'))
  act(() => setOffline(false))
  await waitFor(() => expect(result.current.status).toBe('online'))
  expect(result.current).toMatchObject({ setOffline, reconnect })
})

it('[HOOK15] tells that somebody has to sign in, and why', async () => {
  const server = createFakeServer()
  client = createTestClient(server)
  const { result } = renderHook(() => useConnection(), { wrapper })
  await waitFor(() => expect(result.current.status).toBe('online'))
  act(() => server.close({ code: 'AUTH', message: 'the session has ended' }))
  await waitFor(() => expect(result.current.status).toBe('needs-auth'))
  expect(result.current).toMatchObject({ message: 'the session has ended' })
})

it('[HOOK15] renders nothing for edits, which leave the line as it is', async () => {
  client = createTestClient(createFakeServer())
  const rendered = vi.fn()
  const { result } = renderHook(() => (rendered(), useConnection()), { wrapper })
  await waitFor(() => expect(result.current.status).toBe('online'))
  const before = rendered.mock.calls.length
  await act(() => client.peek('o').change({ n: 1 }).server)
  expect(rendered).toHaveBeenCalledTimes(before)
})

it('[HOOK13] tells how edits stand', async () => {
  client = createTestClient(createFakeServer(), { offline: true })
  const { result } = renderHook(() => useSyncStatus(), { wrapper })
  expect(result.current).toEqual({ state: 'loading', unsent: 0, rejected: 0 })
  await act(() => client.peek('o').change({ n: 1 }).local)
  await waitFor(() => expect(result.current).toMatchObject({ state: 'offline', unsent: 1 }))
  act(() => client.setOffline(false))
  await waitFor(() => expect(result.current).toMatchObject({ state: 'synced', unsent: 0 }))
})

/** A client of which only the status is asked. */
function statusClient(first: SyncStatus) {
  const listeners = new Set<() => void>()
  let status = first
  const stub = {
    get status() {
      return status
    },
    subscribe(listener: () => void) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    close: () => Promise.resolve(),
  }
  const become = (state: SyncStatus['state'], unsent = 0) =>
    act(() => {
      status = { state, unsent, rejected: 0 }
      for (const listener of listeners) listener()
    })
  return { stub: stub as unknown as Client, become }
}

function showSmooth() {
  vi.useFakeTimers()
  const { stub, become } = statusClient({ state: 'synced', unsent: 0, rejected: 0 })
  client = stub
  const seen: string[] = []
  const useShown = () => seen.push(useSyncStatus({ smooth: true }).state)
  const { unmount } = renderHook(useShown, { wrapper })
  const wait = (ms: number) => act(() => void vi.advanceTimersByTime(ms))
  return { become, seen, wait, unmount }
}

it('[HOOK13] shows no passing state that lasts less than 300 ms', () => {
  const { become, seen, wait } = showSmooth()
  for (let i = 0; i < 10; i++) {
    become('saving', 1)
    wait(100)
    become('syncing', 1)
    wait(100)
    become('synced')
    wait(100)
  }
  expect(seen).toEqual(['synced'])
})

it('[HOOK13] shows what lasts, and the end of it at once', () => {
  const { become, seen, wait } = showSmooth()
  become('saving', 1)
  wait(200)
  become('syncing', 1)
  wait(99)
  expect(seen).toEqual(['synced'])
  wait(1)
  become('synced')
  expect(seen).toEqual(['synced', 'syncing', 'synced'])
})

it('[HOOK13] shows what lasts also where timers are late, and many edits at once', () => {
  const { become, seen } = showSmooth()
  const elapsed = vi.spyOn(hostPlatform, 'elapsed').mockReturnValue(1000)
  become('saving', 1)
  elapsed.mockReturnValue(1299)
  become('syncing', 1)
  expect(seen).toEqual(['synced'])
  elapsed.mockReturnValue(1300)
  become('syncing', 1)
  expect(seen).toEqual(['synced', 'syncing'])
  become('synced')
  become('saving', 100)
  expect(seen).toEqual(['synced', 'syncing', 'synced'])
  become('saving', 101)
  expect(seen).toEqual(['synced', 'syncing', 'synced', 'saving'])
  elapsed.mockRestore()
})

it('[HOOK13] shows offline, held and failed at once', () => {
  const { become, seen, wait, unmount } = showSmooth()
  become('saving', 1)
  become('offline', 1)
  become('saving', 2)
  become('held', 2)
  become('syncing', 2)
  become('failed', 2)
  wait(1000)
  expect(seen).toEqual(['synced', 'offline', 'held', 'failed'])
  become('syncing')
  unmount()
  expect(vi.getTimerCount()).toBe(0)
})

it('[HOOK14] shows what waits and what the server has taken', async () => {
  const server = createFakeServer()
  client = createTestClient(server, { offline: true })
  const { result } = renderHook(() => useOutbox(), { wrapper })
  expect(result.current).toMatchObject({ pending: [], rejected: [] })
  await act(() => client.peek('o').change({ n: 1 }).local)
  await waitFor(() => expect(result.current.pending).toHaveLength(1))
  expect(result.current.pending[0]).toMatchObject({
    object: 'o',
    state: 'waiting',
    patches: [['=', '', 'n', 1]],
  })
  act(() => client.setOffline(false))
  await waitFor(() => expect(result.current.pending).toEqual([]))
})

it('[HOOK14] retries, exports and discards what was refused', async () => {
  const server = createFakeServer()
  server.refuse = (event) => (event[2][0]?.[2] === 'bad' ? 'not this field' : undefined)
  client = createTestClient(server)
  const { result } = renderHook(() => useOutbox(), { wrapper })
  const { retry, discard, export: toJson } = result.current
  client.peek('o').change({ bad: 1 })
  client.peek('p').change({ bad: 2 })
  await waitFor(() => expect(result.current.rejected).toHaveLength(2))
  expect(result.current.rejected[0]).toMatchObject({ code: 'REFUSED', message: 'not this field' })
  expect(JSON.parse(toJson())).toEqual({ pending: [], rejected: result.current.rejected })

  server.refuse = undefined
  const [first, second] = result.current.rejected
  await act(async () => void (await (await retry(first?.key ?? -1)).server))
  await waitFor(() => expect(result.current.rejected).toEqual([second]))
  expect(client.peek('o').get()).toEqual({ bad: 1 })
  await act(() => discard(second?.key ?? -1))
  await waitFor(() => expect(result.current.rejected).toEqual([]))
  expect(result.current).toMatchObject({ retry, discard, export: toJson })
})
