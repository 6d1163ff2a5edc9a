import { defineSchema, object, owned, shared, value } from '@react-collab/core'
import { act, cleanup, configure, fireEvent, render, screen, waitFor } from '@testing-library/react'
import { Fragment, Profiler, type ReactNode, StrictMode, useState } from 'react'
import { afterEach, expect, test } from 'vitest'
import type { Client } from '../client.js'
import { openIndexedDbDisk } from '../store/indexeddb-disk.js'
import { createLocalStore } from '../store/local-store.js'
import { createFakeServer } from '../testing/fake-server.js'
import { createTestClient } from '../testing/test-client.js'
import { CollabProvider } from './collab-provider.js'
import { createCollab } from './create-collab.js'

configure({ asyncUtilTimeout: 4000 })

const schema = defineSchema({
  book: object({
    contacts: shared({ name: value<string>(), at: value<number>() }, { windowed: ['name', 'at'] }),
    files: owned({ name: value<string>() }, { by: 'client', windowed: ['name'] }),
    tags: shared({ name: value<string>() }),
  }),
})
const { ref, useRow, useRows, useWindow } = createCollab(schema)
const book = ref.book('book')

const open: Client[] = []
let databases = 0

/** A client on IndexedDB, whose book has `count` contacts. */
async function newClient(count: number): Promise<Client> {
  const name = `windows ${++databases}`
  const openStore = async () => createLocalStore(await openIndexedDbDisk(name))
  const client = createTestClient(createFakeServer(), { schema, openStore })
  open.push(client)
  const { object: opened } = client.open(book)
  await opened.loaded
  const rows = Array.from({ length: count }, (_, i) => ({ id: `r${i}`, name: `Name ${i}`, at: -i }))
  await opened.createMany('contacts', rows).server
  return client
}

afterEach(async () => {
  cleanup()
  for (const client of open.splice(0)) await client.close()
})

const under = (client: Client, children: ReactNode) => (
  <StrictMode>
    <CollabProvider client={client}>{children}</CollabProvider>
  </StrictMode>
)

const shown = (): string => screen.getByTestId('shown').textContent ?? ''

test('[WIN3] useRows shows the first rows in the order of a windowed field, and of those that where picks', async () => {
  const client = await newClient(40)
  let renders = 0
  function First({ where }: { readonly where?: (row: { readonly at?: number }) => boolean }) {
    const { status, data } = useRows(book, 'contacts', { orderBy: 'at', limit: 3, where })
    return <p data-testid="shown">{data?.map(({ name }) => name).join() ?? status}</p>
  }
  const counted = (where?: (row: { readonly at?: number }) => boolean) => (
    <Profiler id="first" onRender={() => (renders += 1)}>
      <First {...(where && { where })} />
    </Profiler>
  )
  const { rerender } = render(under(client, counted()))
  expect(shown()).toBe('loading')
  await waitFor(() => expect(shown()).toBe('Name 39,Name 38,Name 37'))
  act(() => void client.peek(book).update('contacts', 'r3', { at: -100 }))
  await waitFor(() => expect(shown()).toBe('Name 3,Name 39,Name 38'))
  act(() => void client.peek(book).remove('contacts', 'r39'))
  expect(shown()).toBe('Name 3,Name 38,Name 37')
  rerender(
    under(
      client,
      counted(({ at = 0 }) => at % 10 === 0),
    ),
  )
  await waitFor(() => expect(shown()).toBe('Name 3,Name 30,Name 20'))
  const before = renders
  await act(() => new Promise((resolve) => setTimeout(resolve, 100)))
  expect(renders).toBeLessThan(before + 4)
})

test('[WIN4] useWindow shows what is scrolled to, tells how many there are, and writes', async () => {
  const client = await newClient(400)
  function List() {
    const [start, setStart] = useState(0)
    const window = useWindow(book, 'contacts', {
      orderBy: 'name',
      descending: true,
      start,
      count: 5,
    })
    const names = [0, 1, 2, 3, 4].map((i) => window.at(start + i)?.name ?? '…')
    return (
      <>
        <input data-testid="start" onChange={({ target }) => setStart(Number(target.value))} />
        <button data-testid="add" onClick={() => void window.add({ name: 'zoe' })} />
        <p data-testid="shown">{`${window.total}: ${names.join()}`}</p>
      </>
    )
  }
  render(under(client, <List />))
  const scrollTo = (value: number): unknown =>
    fireEvent.change(screen.getByTestId('start'), { target: { value } })
  await waitFor(() => expect(shown()).toBe('400: Name 399,Name 398,Name 397,Name 396,Name 395'))
  scrollTo(200)
  await waitFor(() => expect(shown()).toBe('400: Name 199,Name 198,Name 197,Name 196,Name 195'))
  scrollTo(398)
  await waitFor(() => expect(shown()).toBe('400: Name 1,Name 0,…,…,…'))
  scrollTo(0)
  await waitFor(() => expect(shown()).toBe('400: Name 399,Name 398,Name 397,Name 396,Name 395'))
  fireEvent.click(screen.getByTestId('add'))
  expect(shown()).toBe('401: zoe,Name 399,Name 398,Name 397,Name 396')
})

test('[WIN5] useRow of a row that is not in memory reads it, and shows what becomes of it', async () => {
  const client = await newClient(100)
  function One() {
    const [row, change] = useRow(book, 'contacts', 'r50')
    return (
      <button data-testid="shown" onClick={() => change({ name: 'Ben' })}>
        {row === undefined ? '…' : `${row.name} ${row.at}`}
      </button>
    )
  }
  render(under(client, <One />))
  await waitFor(() => expect(shown()).toBe('Name 50 -50'))
  act(() => screen.getByTestId('shown').click())
  expect(shown()).toBe('Ben -50')
})

test('[WIN6] what needs all rows of a windowed collection says so', async () => {
  const client = await newClient(1)
  const at = client.peek(book)
  expect(() => at.sorted('contacts')).toThrow(/windowed/)
  expect(() => at.window('contacts', { orderBy: 'id' })).toThrow(/ordered by name, at/)
  expect(() => at.window('tags', { orderBy: 'name' })).toThrow(/not windowed/)
  expect(() => at.update('contacts', 'r0', (draft) => void (draft.name = 'x'))).toThrow(/memory/)
})

test.each([
  ['in StrictMode', StrictMode],
  ['without', Fragment],
])(
  '[WIN3] useRows that picks from its first render on shows what it finds, %s',
  async (_, Mode) => {
    const client = await newClient(40)
    await client.peek(book).createMany('files', [{ name: 'a' }, { name: 'b' }]).server
    await waitFor(() => expect(client.status.state).toBe('synced'))
    function Picked() {
      const contacts = useRows(book, 'contacts', {
        orderBy: 'at',
        limit: 2,
        where: ({ at = 0 }) => at > -30,
      })
      const files = useRows(book, 'files', { orderBy: 'name', limit: 5, owner: 'me' })
      const names = [contacts, files].map(({ status, data }) =>
        data === undefined ? status : data.map(({ name }) => name).join(),
      )
      return <p data-testid="shown">{names.join(' ')}</p>
    }
    render(
      <Mode>
        <CollabProvider client={client}>
          <Picked />
        </CollabProvider>
      </Mode>,
    )
    await waitFor(() => expect(shown()).toBe('Name 29,Name 28 a,b'))
    act(() => void client.peek(book).update('contacts', 'r28', { at: 5 }))
    await waitFor(() => expect(shown()).toBe('Name 29,Name 27 a,b'))
  },
)
