import { act, cleanup, configure, renderHook, waitFor } from '@testing-library/react'
import type { ReactNode } from 'react'
import { afterEach, expect, it } from 'vitest'
import type { Client } from '../client.js'
import { createFakeServer } from '../testing/fake-server.js'
import { createTestClient } from '../testing/test-client.js'
import { CollabProvider } from './collab-provider.js'
import { type Contact, type ContactsOptions, useContacts } from './use-contacts.js'

// A machine may be busy.
configure({ asyncUtilTimeout: 4000 })

const people = [
  { id: '1', name: 'Zoë Ångström', email: 'zoe@example.org', phone: '+46 8 123' },
  { id: '2', name: 'émile zola', notes: 'Écrivain' },
  { id: '3', name: 'Ada Lovelace', phone: '+44 20 7946', company: 'Analytical' },
  { id: '4', phone: '+1 555' },
]

let client: Client

afterEach(async () => {
  cleanup()
  await client.close()
})

async function show(options?: ContactsOptions<Contact>) {
  client = createTestClient(createFakeServer())
  const team = client.peek('team')
  for (const person of people) team.add('contacts', person)
  await client.loaded('team')
  return renderHook((given) => useContacts('team', given), {
    wrapper: ({ children }: { children: ReactNode }) => (
      <CollabProvider client={client}>{children}</CollabProvider>
    ),
    initialProps: options,
  })
}

const ids = (contacts: readonly { id: string }[] | undefined) =>
  contacts?.map(({ id }) => id).join('')

it('[HOOK16] orders by name as people do, and shows the nameless last', async () => {
  const { result } = await show()
  expect(ids(result.current.contacts)).toBe('3214')
  expect(result.current).toMatchObject({ status: 'ready', matches: 4, total: 4, error: undefined })
})

it.each([
  ['zoe', '1'],
  ['ANGSTROM', '1'],
  ['Émile', '2'],
  ['emile ecriv', '2'],
  ['zo', '21'],
  ['555', '4'],
  ['  ', '3214'],
  ['nobody', ''],
  ['1', '14'],
])('[HOOK16] finds %j in any text, whatever case or accents', async (search, found) => {
  const { result } = await show({ search })
  expect(ids(result.current.contacts)).toBe(found)
})

it('[HOOK16] counts all, and those that match, whatever the limit', async () => {
  const { result, rerender } = await show({ limit: 2 })
  expect(ids(result.current.contacts)).toBe('32')
  expect(result.current).toMatchObject({ matches: 4, total: 4 })
  rerender({ search: 'zo', limit: 1, descending: true })
  expect(ids(result.current.contacts)).toBe('1')
  expect(result.current).toMatchObject({ matches: 2, total: 4 })
  rerender({ search: 'nobody' })
  expect(result.current).toMatchObject({ matches: 0, total: 4 })
  act(() => void result.current.remove('3'))
  expect(result.current).toMatchObject({ matches: 0, total: 3 })
  rerender({ search: 'zoe', deleted: true })
  expect(result.current).toMatchObject({ matches: 0, total: 1 })
})

it('[HOOK16] adds, updates, removes and restores', async () => {
  const { result } = await show()
  const { add, update, remove, restore } = result.current
  act(() => void update('4', { name: 'Bob' }))
  expect(ids(result.current.contacts)).toBe('3421')
  act(() => void remove('4'))
  expect(ids(result.current.contacts)).toBe('321')
  act(() => void restore('4'))
  let id = ''
  act(() => void (id = add({ name: 'Carl' }).id))
  expect(result.current.contacts?.[2]).toEqual({ id, name: 'Carl' })
  expect(result.current).toMatchObject({ add, update, remove, restore })
})

it('[HOOK2] is loading without contacts, which is not none', async () => {
  const { result } = await show()
  expect(result.current.contacts).toHaveLength(4)
  const other = renderHook(() => useContacts('elsewhere'), {
    wrapper: ({ children }) => <CollabProvider client={client}>{children}</CollabProvider>,
  })
  expect(other.result.current).toMatchObject({
    status: 'loading',
    contacts: undefined,
    matches: 0,
    total: 0,
  })
  await waitFor(() => expect(other.result.current.contacts).toEqual([]))
})
