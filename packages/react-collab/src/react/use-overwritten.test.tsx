import { act, cleanup, configure, renderHook, waitFor } from '@testing-library/react'
import { type ReactNode, StrictMode, Suspense } from 'react'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import type { Client } from '../client.js'
import { overwritesOf, type OverwrittenValue } from '../overwrites.js'
import { createLocalStore } from '../store/local-store.js'
import { createMemoryDisk } from '../store/memory-disk.js'
import { createTables, type Tables } from '../store/tables.js'
import { useOverwritten as useReadyOverwritten } from '../suspense/use-overwritten.js'
import { createFakeServer, type FakeServer } from '../testing/fake-server.js'
import { createTestClient } from '../testing/test-client.js'
import { CollabProvider } from './collab-provider.js'
import { type OverwrittenOptions, useOverwritten } from './use-overwritten.js'
import { useRow } from './use-row.js'

configure({ asyncUtilTimeout: 4000 })

let server: FakeServer
let tables: Tables
let mine: Client
let theirs: Client

const openStore = async () => createLocalStore(createMemoryDisk({ tables, durable: true }))

beforeEach(() => {
  server = createFakeServer()
  tables = createTables()
  mine = createTestClient(server, { openStore })
  theirs = createTestClient(server)
})

afterEach(async () => {
  cleanup()
  await Promise.all([mine.close(), theirs.close()])
})

const wrapper = ({ children }: { children: ReactNode }) => (
  <StrictMode>
    <CollabProvider client={mine}>
      <Suspense>{children}</Suspense>
    </CollabProvider>
  </StrictMode>
)

const write = (client: Client, fields: Record<string, unknown>): Promise<unknown> =>
  client.open('team').object.update('people', 'ada', fields).server

/** Both have the first phone number; then this device was away while it was changed. */
async function beOverwritten(): Promise<void> {
  mine.open('team')
  await write(mine, { phone: '1', name: 'Ada' })
  theirs.open('team')
  await waitFor(() => expect(theirs.peek('team').row('people', 'ada')?.['phone']).toBe('1'))
  mine.setOffline(true)
  await waitFor(() => expect(mine.connection.status).toBe('offline'))
  await write(theirs, { phone: '2' })
  mine.setOffline(false)
  await waitFor(() => expect(mine.peek('team').row('people', 'ada')?.['phone']).toBe('2'))
}

const render = (options?: OverwrittenOptions) =>
  renderHook(
    () => ({ ...useOverwritten('team', options), row: useRow('team', 'people', 'ada')[0] }),
    { wrapper },
  ).result

it('[OVR3] lists what was replaced while away, with who, when and what is there now', async () => {
  const before = Date.now()
  await beOverwritten()
  const shown = render()
  expect(shown.current.items).toBeUndefined()
  await waitFor(() => expect(shown.current.items).toHaveLength(1))
  const [item] = shown.current.items!
  expect(item).toEqual({
    id: expect.any(String),
    collection: 'people',
    row: 'ada',
    field: 'phone',
    value: '1',
    current: '2',
    by: theirs.peek('team').replica.writer,
    wasAway: true,
    writtenAt: expect.any(Number),
    lostAt: expect.any(Number),
  })
  expect(item!.writtenAt).toBeGreaterThanOrEqual(before - 1)
  expect(item!.lostAt).toBeGreaterThanOrEqual(item!.writtenAt)
})

it('[OVR3] lists with `since` also what was replaced while there was a line', async () => {
  const start = Date.now()
  await beOverwritten()
  await write(theirs, { phone: '3' })
  await waitFor(() => expect(mine.peek('team').row('people', 'ada')?.['phone']).toBe('3'))
  const shown = render({ since: start - 5 })
  await waitFor(() => expect(shown.current.items?.map(({ value }) => value)).toEqual(['2', '1']))
  const away = render()
  await waitFor(() => expect(away.current.items?.map(({ value }) => value)).toEqual(['1']))
  const late = render({ since: Date.now() + 1000 })
  await waitFor(() => expect(late.current.items).toEqual([]))
})

it('[OVR5] lists nothing of what was replaced before this device opened the object', async () => {
  theirs.open('team')
  await write(theirs, { phone: '1' })
  await write(theirs, { phone: '2' })
  const shown = render()
  await waitFor(() => expect(shown.current.row).toMatchObject({ phone: '2' }))
  await waitFor(() => expect(mine.status.state).toBe('synced'))
  const all = render({ since: 0 })
  await waitFor(() => expect(all.current.items?.map(({ value }) => value)).toEqual(['1']))
  expect(shown.current.items).toEqual([])
})

it('[OVR4] puts a value back, which everybody gets, and takes it off the list, durably', async () => {
  await beOverwritten()
  const shown = render()
  await waitFor(() => expect(shown.current.items).toHaveLength(1))
  const { putBack } = shown.current
  act(() => void putBack(shown.current.items![0]!))
  expect(shown.current.row).toMatchObject({ phone: '1', name: 'Ada' })
  expect(shown.current.items).toEqual([])
  expect(shown.current.putBack).toBe(putBack)
  await waitFor(() => expect(theirs.peek('team').row('people', 'ada')?.['phone']).toBe('1'))
  await waitFor(async () =>
    expect(await (await openStore()).overwritten('team' as never)).toEqual([]),
  )
  const badId = expect.objectContaining({ code: 'BAD_ID', name: 'UsageError' })
  expect(() => putBack({ id: 'gone' })).toThrow(badId)
  expect(() => putBack(undefined as never)).toThrow(badId)
  await expect(shown.current.dismiss('gone' as never)).rejects.toEqual(badId)
  expect(shown.current.row).toMatchObject({ phone: '1' })
})

it('[OVR3] tells who wrote what is shown now, and when, also when that is oneself', async () => {
  await beOverwritten()
  const shown = render()
  await waitFor(() => expect(shown.current.items).toHaveLength(1))
  const [{ writtenAt }] = shown.current.items! as [OverwrittenValue]
  const later = Date.now() + 5
  await waitFor(() => expect(Date.now()).toBeGreaterThan(later))
  act(() => void mine.peek('team').update('people', 'ada', { phone: '4' }))
  const [item] = shown.current.items!
  const by = mine.peek('team').replica.writer
  expect(item).toMatchObject({ value: '1', current: '4', by, wasAway: true })
  expect(item!.writtenAt).toBeGreaterThan(writtenAt)
})

it.each([
  ['a text', { since: 'x' }, /since .*Date\.now\(\), not "x"/],
  ['a Date', { since: new Date() }, /since .*, not an object/],
  ['no number', { since: Number.NaN }, /since .*, not NaN/],
  ['another option', { until: 0 }, /no option "until" here: there are since/],
])('[OVR6] refuses %s for a time', (_, options, message) => {
  const errors = vi.spyOn(console, 'error').mockImplementation(() => undefined)
  expect(() => render(options as never)).toThrow(message)
  errors.mockRestore()
})

it('[OVR6] says that it is not read yet, and what it takes for a client', async () => {
  await beOverwritten()
  expect(() => overwritesOf(mine, 'team').putBack({ id: '1.1.0' })).toThrow(/^NOT_LOADED/)
  expect(() => overwritesOf(undefined as never, 'team')).toThrow(
    'BAD_VALUE: the first argument is to be a client, as createClient makes it, not undefined',
  )
})

it('[OVR4] takes a value off the list, and keeps the others over a reload', async () => {
  await beOverwritten()
  mine.setOffline(true)
  await waitFor(() => expect(mine.connection.status).toBe('offline'))
  await write(theirs, { name: 'Ada L.' })
  mine.setOffline(false)
  const shown = render()
  await waitFor(() => expect(shown.current.items).toHaveLength(2))
  await act(() => shown.current.dismiss(shown.current.items![0]!))
  await waitFor(() => expect(shown.current.items?.map(({ field }) => field)).toEqual(['phone']))
  cleanup()
  await mine.close()
  mine = createTestClient(server, { openStore })
  const again = render()
  await waitFor(() => expect(again.current.items?.map(({ field }) => field)).toEqual(['phone']))
})

it('[OVR3] follows what is shown: a value that is there again is not listed', async () => {
  await beOverwritten()
  const shown = render()
  await waitFor(() => expect(shown.current.items).toHaveLength(1))
  const { items } = shown.current
  act(() => void mine.peek('team').update('people', 'ada', { name: 'Other' }))
  expect(shown.current.items).toBe(items)
  act(() => void mine.peek('team').update('people', 'ada', { phone: '4' }))
  expect(shown.current.items).toMatchObject([{ value: '1', current: '4' }])
  act(() => void mine.peek('team').update('people', 'ada', { phone: '1' }))
  expect(shown.current.items).toEqual([])
  act(() => void mine.peek('team').update('people', 'ada', { phone: '5' }))
  act(() => void mine.peek('team').remove('people', 'ada'))
  expect(shown.current.items).toEqual([])
})

it('[OVR3] suspends until the list was read, in its Suspense form', async () => {
  await beOverwritten()
  const { result } = await act(async () =>
    renderHook(() => useReadyOverwritten('team').items.length, { wrapper }),
  )
  await waitFor(() => expect(result.current).toBe(1))
})
