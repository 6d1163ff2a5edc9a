import { act, cleanup, configure, renderHook, waitFor } from '@testing-library/react'
import { type ReactNode, StrictMode } from 'react'
import { afterEach, describe, expect, it } from 'vitest'
import type { Client } from '../client.js'
import type { FieldPath } from '../field-path.js'
import { createFakeServer, type FakeServer } from '../testing/fake-server.js'
import { createTestClient } from '../testing/test-client.js'
import { CollabProvider } from './collab-provider.js'
import { useCounter } from './use-counter.js'

// A machine may be busy.
configure({ asyncUtilTimeout: 4000 })

const open: Client[] = []

afterEach(async () => {
  cleanup()
  for (const client of open.splice(0)) await client.close()
})

function show(server: FakeServer, path: FieldPath, parts = {}) {
  const client = createTestClient(server, parts)
  open.push(client)
  let renders = 0
  const wrapper = ({ children }: { children: ReactNode }) => (
    <StrictMode>
      <CollabProvider client={client}>{children}</CollabProvider>
    </StrictMode>
  )
  const hook = renderHook(
    () => {
      renders += 1
      return useCounter('post', path)
    },
    { wrapper },
  )
  return { client, hook, count: () => hook.result.current[0], renders: () => renders }
}

describe('[HOOK40] useCounter', () => {
  it('adds up what two people add, also offline, each addition once', async () => {
    const server = createFakeServer()
    const [a, b] = [show(server, 'likes'), show(server, 'likes', { offline: true })]
    await waitFor(() => expect([a.count(), b.count()]).toEqual([0, 0]))
    act(() => void a.hook.result.current[1]())
    act(() => void b.hook.result.current[1](5))
    expect([a.count(), b.count()]).toEqual([1, 5])
    act(() => b.client.setOffline(false))
    await waitFor(() => expect([a.count(), b.count()]).toEqual([6, 6]))
    expect(server.log('post')).toHaveLength(2)
  })

  it('counts in a row, and renders nothing for another field', async () => {
    const server = createFakeServer()
    const { client, hook, count, renders } = show(server, ['options', 'a', 'votes'])
    await waitFor(() => expect(count()).toBe(0))
    act(() => void hook.result.current[1](2))
    act(() => void hook.result.current[1](-3))
    expect(count()).toBe(-1)
    expect(client.peek('post').row('options', 'a')).toEqual({ id: 'a', votes: -1 })
    const before = renders()
    act(() => void client.peek('post').update('options', 'b', { text: 'x' }))
    act(() => void client.peek('post').update('options', 'a', { text: 'x' }))
    expect(renders()).toBe(before)
  })

  it('refuses what is no whole number and what is no path, and has changed nothing', async () => {
    const { client, hook, count } = show(createFakeServer(), 'likes')
    await waitFor(() => expect(count()).toBe(0))
    expect(() => hook.result.current[1](0.5)).toThrow(/BAD_VALUE/)
    expect(() => client.peek('post').counter(['a', 'b'] as never)).toThrow(/BAD_FIELD/)
    expect(() => client.peek('post').counter('$del')).toThrow(/RESERVED_NAME/)
    expect(client.outbox.pending).toEqual([])
  })
})
