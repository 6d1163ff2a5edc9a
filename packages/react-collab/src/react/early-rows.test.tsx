import {
  formatStamp,
  packStatePage,
  type Replica,
  ROOT,
  type Row,
  type RowKey,
} from '@react-collab/core'
import { act, cleanup, configure, render, screen, waitFor } from '@testing-library/react'
import { afterEach, expect, it } from 'vitest'
import type { Client } from '../client.js'
import { createTestClient } from '../testing/test-client.js'
import type { SocketEvents, Transport } from '../transport.js'
import { CollabProvider } from './collab-provider.js'
import { useHasSynced } from './use-has-synced.js'
import { useRow } from './use-row.js'
import { useRows } from './use-rows.js'
import { useSharedObject } from './use-shared-object.js'
import { useSyncStatus } from './use-sync-status.js'

// A machine may be busy.
configure({ asyncUtilTimeout: 4000 })

let client: Client | undefined

afterEach(async () => {
  cleanup()
  await client?.close()
})

const z = 'zzzzzzzz' as Replica
const stamp = formatStamp({ ms: 1, counter: 0, replica: z })

/** A server that lets everybody in, and sends the pages that it is told to send. */
class PagingServer implements Transport {
  readonly #head: number
  #events: SocketEvents | undefined
  #page = 0

  constructor(head: number) {
    this.#head = head
  }

  open: Transport['open'] = (_hello, events) => {
    this.#events = events
    queueMicrotask(() => {
      events.up()
      const limits = { heartbeatMs: 5000, pushBytes: 262_144 }
      events.message('welcome', { protocol: 5, now: 1, generation: 'g', principal: 'p', ...limits })
    })
    const head = this.#head
    const joined = { session: 1, term: 't', head, now: 1, reset: false, vv: {}, hashes: {} }
    return {
      close: () => undefined,
      emit: (event, _message, ack) => {
        if (event === 'join') ack?.([null, { ...joined, state: head }])
      },
    }
  }

  send(rows: Readonly<Record<string, Row['values']>>, rest: object): void {
    const all = Object.entries(rows).map(([key, values]): [RowKey, Row] => {
      const stamps = Object.fromEntries(Object.keys(values).map((field) => [field, stamp]))
      return [key as RowKey, { values, stamps }]
    })
    const packed: unknown = JSON.parse(JSON.stringify(packStatePage(all)))
    this.#page += 1
    const message = { object: 'list', term: 't', page: this.#page, rows: packed, ...rest }
    this.#events?.message('state', message)
  }
}

function App() {
  const { data } = useRows<{ title: string }>('list', 'todos', { orderBy: 'title' })
  const [row] = useRow<{ title: string }>('list', 'todos', 'b')
  const [fields] = useSharedObject<{ name: string }>('list')
  const { state, progress } = useSyncStatus()
  const titles = data?.map(({ title }) => title).join()
  const seen = [titles, row?.title, fields?.name, state, progress?.received, useHasSynced('list')]
  return <p data-testid="seen">{JSON.stringify(seen)}</p>
}

it('[STA15] hooks show the rows of an object while it is loaded, and tell that it is', async () => {
  const server = new PagingServer(4)
  client = createTestClient(server)
  render(
    <CollabProvider client={client}>
      <App />
    </CollabProvider>,
  )
  const shows = (...parts: unknown[]): Promise<void> =>
    waitFor(() => expect(screen.getByTestId('seen').textContent).toBe(JSON.stringify(parts)))
  await shows('', undefined, undefined, 'syncing', 0, false)
  const first = { [ROOT]: { name: 'List' }, 'todos/b': { title: 'Bread' } }
  act(() => server.send(first, { place: { term: 't', at: 2, key: 'todos/b' } }))
  await shows('Bread', 'Bread', 'List', 'syncing', 2, false)
  const last = { 'todos/a': { title: 'Apples' }, 'todos/c': { title: 'Cheese' } }
  act(() => server.send(last, { end: { seq: 4, vv: { [z]: 4 } } }))
  await shows('Apples,Bread,Cheese', 'Bread', 'List', 'synced', undefined, true)
})
