import { defineSchema, object, shared, value } from '@react-collab/core'
import { act, cleanup, configure, render, screen, waitFor } from '@testing-library/react'
import { Component, type ReactNode, StrictMode, Suspense } from 'react'
import { renderToString } from 'react-dom/server'
import { afterEach, expect, it, vi } from 'vitest'
import type { Client } from '../client.js'
import * as main from '../index.js'
import { createLocalStore } from '../store/local-store.js'
import { createMemoryDisk } from '../store/memory-disk.js'
import { createFakeServer } from '../testing/fake-server.js'
import { createTestClient } from '../testing/test-client.js'
import {
  CollabProvider,
  createCollab,
  useContacts,
  useCounter,
  useRow,
  useRows,
  useSharedObject,
} from './index.js'
import * as suspense from './index.js'

// A machine may be busy.
configure({ asyncUtilTimeout: 4000 })

let client: Client

const errors = vi.spyOn(console, 'error')

afterEach(async () => {
  cleanup()
  expect(errors).not.toHaveBeenCalled()
  await client.close()
})

class Boundary extends Component<{ children: ReactNode }, { error?: Error }> {
  override state: { error?: Error } = {}
  static getDerivedStateFromError(error: Error) {
    return { error }
  }
  override render() {
    return this.state.error?.message ?? this.props.children
  }
}

/** Renders; the disk opens when the test says so. */
async function show(app: ReactNode) {
  let open: () => void = () => undefined
  let fail: (error: Error) => void = () => undefined
  const gate = new Promise<void>((resolve, reject) => {
    open = resolve
    fail = reject
  })
  const openStore = () => gate.then(() => createLocalStore(createMemoryDisk()))
  client = createTestClient(createFakeServer(), { openStore })
  const under = (child: ReactNode) => (
    <StrictMode>
      <CollabProvider client={client}>
        <Boundary>
          <Suspense fallback="waiting">{child}</Suspense>
        </Boundary>
      </CollabProvider>
    </StrictMode>
  )
  // React retries what suspended in an `act` only where that was awaited.
  const { rerender, container } = await act(async () => render(under(app)))
  return {
    container,
    open: () => act(async () => open()),
    fail: (error: Error) => act(async () => fail(error)),
    become: (next: ReactNode) => act(async () => rerender(under(next))),
  }
}

/** Shows a hook's result and remembers every one of them. */
function shower<T>(useValue: () => T) {
  const seen: T[] = []
  const Shower = () => {
    const shown = useValue()
    seen.push(shown)
    return <p>{JSON.stringify(shown)}</p>
  }
  return { app: <Shower />, seen }
}

it('[HOOK18] suspends until the disk was read, and never gives undefined for that', async () => {
  const { app, seen } = shower(() => useSharedObject<{ title?: string }>('o')[0])
  const { container, open } = await show(app)
  expect(container.textContent).toBe('waiting')
  await open()
  await screen.findByText('{}')
  act(() => void client.peek('o').change({ title: 'x' }))
  expect(container.textContent).toBe('{"title":"x"}')
  expect(seen).not.toContain(undefined)
})

it('[HOOK18] gives rows and contacts that are ready from the first', async () => {
  const { app, seen } = shower(() => {
    const rows = useRows<{ n: number }>('o', 'rows')
    const book = useContacts('o')
    const [row] = useRow<{ n: number }>('o', 'rows', 'r')
    return [rows.status, rows.data.length, book.status, book.contacts.length, book.total, row]
  })
  const { open } = await show(app)
  await open()
  await screen.findByText('["ready",0,"ready",0,0,null]')
  act(() => void client.peek('o').add('rows', { id: 'r', n: 1 }))
  expect(screen.getByText('["ready",1,"ready",0,0,{"id":"r","n":1}]')).toBeTruthy()
  expect(seen.every(([status]) => status === 'ready')).toBe(true)
})

it('[HOOK18] gives a counter that is a number from the first', async () => {
  const { app, seen } = shower(() => useCounter('o', 'likes')[0])
  const { open } = await show(app)
  await open()
  await screen.findByText('0')
  act(() => void client.peek('o').counter('likes').add(2))
  expect(screen.getByText('2')).toBeTruthy()
  expect(seen).not.toContain(undefined)
})

it('[HOOK18] every hook of the main entry is in this one, too', () => {
  const hooksOf = (entry: object) => Object.keys(entry).filter((name) => name.startsWith('use'))
  expect(hooksOf(suspense).sort()).toEqual(hooksOf(main).sort())
})

it('[HOOK18] suspends for each object once, by one promise', async () => {
  const Title = ({ id }: { id: string }) => {
    const [own] = useSharedObject<{ title?: string }>(id)
    return <p>{`${id}:${own.title}`}</p>
  }
  const { open, become } = await show(<Title id="a" />)
  await open()
  await act(() => client.peek('a').change({ title: 'A' }).local)
  await screen.findByText('a:A')
  const { loaded, ready } = client.peek('b')
  expect(ready).toBe(false)
  await become(<Title id="b" />)
  await screen.findByText('b:undefined')
  await become(<Title id="a" />)
  expect(screen.getByText('a:A')).toBeTruthy()
  expect(client.peek('b').loaded).toBe(loaded)
})

it('[HOOK18] throws the error of a disk that cannot be read', async () => {
  errors.mockImplementationOnce(() => undefined)
  const { app } = shower(() => useRows('o', 'rows').data)
  const { container, fail } = await show(app)
  await fail(new Error('broken'))
  await waitFor(() => expect(container.textContent).toBe('STORE_FAILED: the disk failed'))
  errors.mockClear()
})

it('[HOOK18] renders on a server what Suspense shows while waiting', () => {
  client = createTestClient(createFakeServer())
  const { app } = shower(() => useSharedObject('o')[0])
  const html = renderToString(
    <CollabProvider client={client}>
      <Suspense fallback="waiting">{app}</Suspense>
    </CollabProvider>,
  )
  expect(html).toContain('waiting')
})

it('[HOOK18] shows at once what another part of the page has read before', async () => {
  const { app, seen } = shower(() => useSharedObject('o')[0])
  const { container, open, become } = await show(null)
  await open()
  await client.loaded('o')
  await become(app)
  expect(container.textContent).toBe('{}')
  expect(seen[0]).toEqual({})
})

it('[HOOK17, HOOK18] suspends in the hooks of a schema too', async () => {
  const schema = defineSchema({
    book: object({
      title: value<string>(),
      contacts: shared({ name: value<string>() }),
    }),
  })
  const collab = createCollab(schema)
  const { app } = shower(() => {
    const book = collab.ref.book('b')
    const [title] = collab.useSharedObject(book, (own) => own.title ?? 'none')
    const { contacts } = collab.useContacts(book)
    const { data } = collab.useRows(book, 'contacts')
    const [row] = collab.useRow(book, 'contacts', 'x')
    return [title, contacts.length, data.length, row?.name ?? '-']
  })
  const { open } = await show(app)
  await open()
  await screen.findByText('["none",0,0,"-"]')
})
