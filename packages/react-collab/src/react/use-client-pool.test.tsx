import type { PoolMember } from '@react-collab/core'
import { act, cleanup, configure, renderHook, waitFor } from '@testing-library/react'
import { type ReactNode, StrictMode } from 'react'
import { renderToString } from 'react-dom/server'
import { afterEach, describe, expect, it } from 'vitest'
import type { Client } from '../client.js'
import { createFakeServer } from '../testing/fake-server.js'
import { createPoolServer, type PoolServer } from '../testing/pool-server.js'
import { createTestClient } from '../testing/test-client.js'
import { CollabProvider } from './collab-provider.js'
import { useClientPool } from './use-client-pool.js'

// A machine may be busy.
configure({ asyncUtilTimeout: 4000 })

const open: Client[] = []

afterEach(async () => {
  cleanup()
  for (const client of open.splice(0)) await client.close()
})

function at(server: PoolServer) {
  const client = createTestClient(server)
  open.push(client)
  const wrapper = ({ children }: { children: ReactNode }) => (
    <StrictMode>
      <CollabProvider client={client}>{children}</CollabProvider>
    </StrictMode>
  )
  return { client, wrapper }
}

const member = (client: string, connected = true): PoolMember => ({
  client,
  principal: `${client}@example`,
  seenAt: 1_700_000_000_000,
  connected,
})

function poolServer(...clients: PoolMember[]): PoolServer {
  const server = createPoolServer(createFakeServer())
  server.clients = clients
  return server
}

describe('[HOOK73] useClientPool', () => {
  it('gives the clients of an object, and what is new of them', async () => {
    const server = poolServer(member('ada'), member('ben', false))
    const { wrapper } = at(server)
    const { result } = renderHook(() => useClientPool('o'), { wrapper })
    expect(result.current).toEqual({ status: 'loading', clients: undefined, knownAt: undefined })
    await waitFor(() => expect(result.current.status).toBe('live'))
    expect(result.current.clients).toEqual([
      {
        id: 'ada',
        principal: 'ada@example',
        isMe: false,
        lastSeen: 1_700_000_000_000,
        lastSynced: undefined,
        connected: true,
        stale: false,
        behind: undefined,
      },
      expect.objectContaining({ id: 'ben', connected: false, stale: true }),
    ])
    const [ada] = result.current.clients ?? []
    act(() => server.tell('o', [member('ben')]))
    await waitFor(() => expect(result.current.clients?.[1]?.connected).toBe(true))
    expect(result.current.clients?.[0]).toBe(ada)
  })

  it('renders again only when they are others', async () => {
    const server = poolServer(member('ada'))
    const { client, wrapper } = at(server)
    let renders = 0
    const { result } = renderHook(
      () => {
        renders += 1
        return useClientPool('o')
      },
      { wrapper },
    )
    await waitFor(() => expect(result.current.status).toBe('live'))
    const before = renders
    act(() => server.tell('o', [member('ada')]))
    await act(() => client.open('o').object.change({ a: 1 }).server)
    expect(renders).toBe(before)
    act(() => server.tell('o', [member('ada', false)]))
    expect(renders).toBeGreaterThan(before)
  })

  it('shows those of another object under another id', async () => {
    const server = poolServer(member('ada'))
    const { wrapper } = at(server)
    const { result, rerender } = renderHook(({ id }) => useClientPool(id), {
      wrapper,
      initialProps: { id: 'o' },
    })
    await waitFor(() => expect(result.current.status).toBe('live'))
    server.clients = [member('cid')]
    rerender({ id: 'p' })
    expect(result.current.status).toBe('loading')
    await waitFor(() => expect(result.current.clients?.map(({ id }) => id)).toEqual(['cid']))
  })

  it('renders that nothing is known on a server, and opens nothing there', () => {
    const { client } = at(poolServer())
    function Devices() {
      return <p>{useClientPool('o').status}</p>
    }
    const html = renderToString(
      <CollabProvider client={client}>
        <Devices />
      </CollabProvider>,
    )
    expect(html).toBe('<p>loading</p>')
    expect(client.workshop.objects.get('o' as never)).toBeUndefined()
  })
})
