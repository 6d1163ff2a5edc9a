import { defineSchema, local, object, shared, value } from '@react-collab/core'
import { act, cleanup, renderHook } from '@testing-library/react'
import type { ReactNode } from 'react'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import type { Client } from '../client.js'
import * as main from '../index.js'
import * as suspense from '../suspense/index.js'
import { createFakeServer, type FakeServer } from '../testing/fake-server.js'
import { createTestClient } from '../testing/test-client.js'
import { CollabProvider } from './collab-provider.js'
import { createCollab } from './create-collab.js'
import { useRows } from './use-rows.js'
import { useSharedObject } from './use-shared-object.js'

const schema = defineSchema({
  addressBook: object({
    title: value<string>(),
    contacts: shared({ name: value<string>(), age: value<number>() }),
    drafts: local({ body: value<string>() }),
  }),
  toString: object({ title: value<string>() }),
})
const collab = createCollab(schema)
const team = collab.ref.addressBook('team')

let client: Client
let server: FakeServer

beforeEach(async () => {
  server = createFakeServer()
  client = createTestClient(server, { schema })
  await client.loaded('team')
})

afterEach(async () => {
  cleanup()
  await client.close()
})

it('[CALL4] names a kind that the schema lacks, and those that it has', async () => {
  const { ref } = collab as unknown as { ref: Record<string, (id: string) => unknown> }
  expect(() => ref['nope']!('x')).toThrow(
    'UNKNOWN_KIND: the schema has no kind "nope": it has addressBook, toString',
  )
  // What only looks at it is not stopped.
  expect(await Promise.resolve(ref)).toBe(ref)
  expect(JSON.stringify(ref)).toBe('{}')
  expect(Object.keys(ref)).toEqual(['addressBook', 'toString'])
  expect(ref['toString']!('x')).toMatchObject({ id: 'x' })
})

const wrapper = ({ children }: { children: ReactNode }) => (
  <CollabProvider client={client}>{children}</CollabProvider>
)

it('[HOOK17] reads and writes the objects of a schema', async () => {
  const useTeam = () => ({
    own: collab.useSharedObject(team),
    rows: collab.useRows(team, 'contacts', { orderBy: 'age' }),
    row: collab.useRow(team, 'contacts', 'a', (contact) => contact.age),
    book: collab.useContacts(team),
  })
  const { result } = renderHook(useTeam, { wrapper })
  const { own, rows, row } = result.current
  await act(async () => {
    own[1]({ title: 'Team' })
    rows.add({ id: 'a', name: 'Ada' })
    await row[1]({ age: 36 }).server
  })
  expect(result.current.own[0]).toEqual({ title: 'Team' })
  expect(result.current.rows.data).toEqual([{ id: 'a', name: 'Ada', age: 36 }])
  expect(result.current.row[0]).toBe(36)
  expect(result.current.book.total).toBe(1)
  expect(server.log('team')[0]).toHaveLength(3)
})

it('[HOOK17] keeps local rows on this device', async () => {
  const { result } = renderHook(() => collab.useRows(team, 'drafts'), { wrapper })
  await act(() => result.current.add({ id: 'd', body: 'private' }).local)
  await act(() => client.peek('team').change({ title: 'sent' }).server)
  expect(result.current.data).toEqual([{ id: 'd', body: 'private' }])
  expect(JSON.stringify(server.log('team'))).not.toContain('private')
})

it('[HOOK17] refuses unknown names when run: collections at the render, fields at the call', () => {
  const quiet = vi.spyOn(console, 'error').mockImplementation(() => undefined)
  expect(() => renderHook(() => collab.useRows(team, 'nobody' as never), { wrapper })).toThrow(
    expect.objectContaining({ code: 'UNKNOWN_COLLECTION' }),
  )
  quiet.mockRestore()
  const useTeam = () => [collab.useSharedObject(team), collab.useRows(team, 'contacts')] as const
  const { result } = renderHook(useTeam, { wrapper })
  const [[, change], { add, update }] = result.current
  const unknown = expect.objectContaining({ code: 'UNKNOWN_FIELD' })
  expect(() => change({ titel: 'x' } as never)).toThrow(unknown)
  expect(() => change({ contacts: 'x' } as never)).toThrow(unknown)
  expect(() => add({ nmae: 'x' } as never)).toThrow(unknown)
  expect(() => update('a', ((draft: object) => Object.assign(draft, { x: 1 })) as never)).toThrow(
    unknown,
  )
  expect(client.unsaved).toBe(0)
})

it('[HOOK17] takes a reference wherever an id is taken, new in each render', async () => {
  const rendered = vi.fn()
  const useBook = () => {
    rendered()
    const book = collab.ref.addressBook('team')
    const [own, change] = useSharedObject(book)
    return { own, change, rows: useRows(book, 'contacts') }
  }
  const { result, rerender } = renderHook(useBook, { wrapper })
  const { change, rows } = result.current
  rerender()
  expect(result.current.change).toBe(change)
  expect(result.current.rows).toBe(rows)
  expect(rendered).toHaveBeenCalledTimes(2)
})

it.each([
  ['react-collab', main],
  ['react-collab/suspense', suspense],
])('[HOOK17] has all hooks of %s that are of an object', (_, entry) => {
  const hooksOf = (of: object) => Object.keys(of).filter((name) => name.startsWith('use'))
  // These are of the client, or of what another hook gave.
  const others = [
    'useCarets',
    'useClient',
    'useConnection',
    'useOutbox',
    'useOwner',
    'useSyncStatus',
  ]
  const bound = entry.createCollab(schema)
  expect([...hooksOf(bound), ...others].sort()).toEqual(hooksOf(entry).sort())
  for (const name of hooksOf(bound))
    expect(bound[name as keyof typeof bound]).toBe(entry[name as keyof typeof entry])
})

it('[HOOK17] undoes and branches by a reference, and tells who is here', async () => {
  const { result } = renderHook(
    () => ({
      own: collab.useSharedObject(team),
      undo: collab.useUndo(team),
      draft: collab.useBranch(team, 'draft'),
      others: collab.useOthers<{ name: string }, string[]>(team, (peers) =>
        peers.map(({ state }) => state.name ?? '?'),
      ),
    }),
    { wrapper },
  )
  act(() => void result.current.own[1]({ title: 'Team' }))
  act(() => void result.current.undo.undo())
  expect(result.current.own[0]?.title).toBeUndefined()
  expect(result.current.draft.target.spec).toBe(schema.objects.addressBook)
  expect(result.current.others).toEqual([])
})

it('[HOOK17] names objects of any kind, whatever prototypes know', () => {
  expect(collab.ref.toString('x')).toEqual({ id: 'x', spec: schema.objects.toString })
})

it('[SCH4] an id that is asked for as another kind is refused, and whoever has it goes on', async () => {
  const other = collab.ref.toString('team')
  const first = client.open(team)
  const named = expect.objectContaining({
    name: 'UsageError',
    code: 'KIND_CONFLICT',
    message: expect.stringMatching(/"team" is open as "addressBook".* "toString"/) as unknown,
  }) as Error
  expect(() => client.open(other)).toThrow(named)
  expect(() => client.peek('team', schema.objects.toString)).toThrow(named)
  expect(() => renderHook(() => collab.useSharedObject(other), { wrapper })).toThrow(named)
  await act(() => first.object.add('contacts', { name: 'Ada' }).local)
  expect(first.object.sorted('contacts', 'name').read()).toHaveLength(1)
  first.close()
})

it('[SCH4] by its id alone, or as the same kind of a schema that was loaded anew, an object is the same', () => {
  const { object: shown } = client.open('team')
  expect(client.open(team).object).toBe(shown)
  const again = defineSchema({ addressBook: object({ title: value<string>() }) })
  expect(client.open(createCollab(again).ref.addressBook('team')).object).toBe(shown)
  expect(client.peek('team')).toBe(shown)
  expect(client.open(collab.ref.toString('other')).object).not.toBe(shown)
})
