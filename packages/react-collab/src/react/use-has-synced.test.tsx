import { cleanup, configure, renderHook, waitFor } from '@testing-library/react'
import type { ReactNode } from 'react'
import { afterEach, expect, it } from 'vitest'
import type { Client } from '../client.js'
import { createLocalStore } from '../store/local-store.js'
import { createMemoryDisk } from '../store/memory-disk.js'
import { createTables } from '../store/tables.js'
import { createFakeServer } from '../testing/fake-server.js'
import { createTestClient } from '../testing/test-client.js'
import { CollabProvider } from './collab-provider.js'
import { useHasSynced } from './use-has-synced.js'
import { useRows } from './use-rows.js'

configure({ asyncUtilTimeout: 4000 })

let client: Client

afterEach(async () => {
  cleanup()
  await client.close()
})

const wrapper = ({ children }: { children: ReactNode }) => (
  <CollabProvider client={client}>{children}</CollabProvider>
)

const render = () =>
  renderHook(() => ({ rows: useRows('o', 'todos').status, is: useHasSynced('o') }), { wrapper })
    .result

it('[HOOK43] is undefined while loading, false without a server, true once an object was live', async () => {
  client = createTestClient(createFakeServer())
  client.setOffline(true)
  const shown = render()
  expect(shown.current.is).toBeUndefined()
  await waitFor(() => expect(shown.current).toEqual({ rows: 'ready', is: false }))
  client.setOffline(false)
  await waitFor(() => expect(shown.current.is).toBe(true))
  client.setOffline(true)
  await waitFor(() => expect(client.connection.status).toBe('offline'))
  expect(shown.current.is).toBe(true)
})

it('[HOOK43] remembers over a reload that something came, not what was written here alone', async () => {
  const server = createFakeServer()
  const tables = createTables()
  const openStore = async () => createLocalStore(createMemoryDisk({ tables, durable: true }))
  client = createTestClient(server, { openStore })
  client.setOffline(true)
  const { object, close } = client.open('o')
  await object.change({ title: 'mine' }).local
  expect(client.hasSynced('o')).toBe(false)
  client.setOffline(false)
  await waitFor(() => expect(client.status.state).toBe('synced'))
  close()
  await client.close()

  client = createTestClient(server, { openStore })
  client.setOffline(true)
  await client.loaded('o')
  expect(client.hasSynced('o')).toBe(true)
})
