import { defineSchema, object, owned, ref, rowKey, shared, text, value } from '@react-collab/core'
import { act, cleanup, renderHook, waitFor } from '@testing-library/react'
import { type ReactNode, Suspense } from 'react'
import { afterEach, beforeEach, expect, it } from 'vitest'
import type { Client } from '../client.js'
import { useOwner as useReadyOwner } from '../suspense/use-owner.js'
import { createFakeServer, type FakeServer } from '../testing/fake-server.js'
import { createTestClient } from '../testing/test-client.js'
import { CollabProvider } from './collab-provider.js'
import { createCollab } from './create-collab.js'
import { useOwner } from './use-owner.js'

const schema = defineSchema({
  library: object({
    files: owned({ path: value<string>(), note: text(), tag: ref('tags') }, { by: 'client' }),
    tags: shared({ name: value<string>(), best: ref('files') }),
  }),
})
const collab = createCollab(schema)
const home = collab.ref.library('home')
const notOwner = expect.objectContaining({ code: 'NOT_OWNER', name: 'UsageError' })

let server: FakeServer
let client: Client
let other: Client

beforeEach(async () => {
  server = createFakeServer()
  client = createTestClient(server, { schema })
  other = createTestClient(server, { schema })
  await Promise.all([client.loaded(home), other.loaded(home)])
})

afterEach(async () => {
  cleanup()
  await Promise.all([client.close(), other.close()])
})

const wrapper = ({ children }: { children: ReactNode }) => (
  <CollabProvider client={client}>{children}</CollabProvider>
)

it('[OWN5] shows whose a row is, writes one’s own, and refuses at the call to write another’s', async () => {
  const { result } = renderHook(() => collab.useRows(home, 'files', { orderBy: 'path' }), {
    wrapper,
  })
  const foreign = other.peek(home).add('files', { id: 'x', path: 'b' })
  await act(() => foreign.server)
  const own = result.current.add({ id: 'x', path: 'a' })
  await act(() => own.server)
  const [mine, theirs] = result.current.data ?? []
  expect(mine).toEqual({ id: own.id, path: 'a', owner: own.id.split('~')[0], mine: true })
  expect(theirs).toMatchObject({ id: foreign.id, path: 'b', mine: false })
  expect(own.id).not.toBe(foreign.id)
  const { update, remove, restore } = result.current
  expect(() => update(foreign.id, { path: 'c' })).toThrow(notOwner)
  expect(() => remove(foreign.id)).toThrow(notOwner)
  // Nothing would be written: it is there.
  expect(() => restore(foreign.id)).not.toThrow()
  expect(() => client.peek(home).text(['files', foreign.id, 'note']).insert(0, 'a')).toThrow(
    notOwner,
  )
  await act(() => update(own.id, { path: 'd' }).server)
  expect(result.current.data?.find(({ id }) => id === own.id)?.path).toBe('d')
  expect(server.log('home')).toHaveLength(3)
})

it('[OWN7] shows one’s own rows alone when asked to', async () => {
  const { result } = renderHook(() => collab.useRows(home, 'files', { owner: 'me' }), { wrapper })
  await act(() => other.peek(home).add('files', { path: 'b' }).server)
  await act(() => client.peek(home).add('files', { path: 'a' }).server)
  expect(result.current.data?.map(({ path }) => path)).toEqual(['a'])
})

it('[OWN8] tells whose the rows are that are made here, of each kind, when the disk was read', async () => {
  const own = client.peek(home).add('files', { path: 'a' })
  const { result } = renderHook(() => [useOwner(), useOwner('principal')], { wrapper })
  expect(result.current[0]).toBe(own.id.split('~')[0])
  expect(result.current[1]).toMatch(/^[\w-]{8,}$/)
  expect(result.current[1]).not.toBe(result.current[0])
  expect(() => client.owner('browser' as never)).toThrow(
    expect.objectContaining({ code: 'BAD_VALUE', message: expect.stringContaining('browser') }),
  )
  const late = createTestClient(server, { schema })
  const seen: unknown[] = []
  const reading = renderHook(() => seen.push(useOwner()), {
    wrapper: ({ children }) => <CollabProvider client={late}>{children}</CollabProvider>,
  })
  await waitFor(() => expect(seen.at(-1)).toBe(late.owner()))
  expect(seen[0]).toBeUndefined()
  expect(late.owner()).not.toBe(client.owner())
  reading.unmount()
  await late.close()
})

it('[OWN8] suspends until the disk was read, in its Suspense form', async () => {
  const late = createTestClient(server, { schema })
  const seen: string[] = []
  await act(async () => {
    renderHook(() => seen.push(useReadyOwner()), {
      wrapper: ({ children }) => (
        <CollabProvider client={late}>
          <Suspense>{children}</Suspense>
        </CollabProvider>
      ),
    })
  })
  await waitFor(() => expect(seen.at(-1)).toBe(late.owner()))
  expect(seen).not.toContain(undefined)
  await late.close()
})

it('[OWN5] a row of one’s own can be made only once its object was read', async () => {
  const late = createTestClient(server, { schema })
  const add = (): unknown => late.peek(home).add('files', { path: 'a' })
  expect(add).toThrow(expect.objectContaining({ code: 'NOT_LOADED' }))
  await late.loaded(home)
  expect(add).not.toThrow()
  await late.close()
})

it('[OWN6] a key of the wrong shape is shown to nobody', async () => {
  const { result } = renderHook(
    () => [collab.useRows(home, 'files'), collab.useRows(home, 'tags')] as const,
    { wrapper },
  )
  const { replica } = other.peek(home)
  const owner = replica.ownership.own('client')
  await act(async () => {
    replica.edit([['=', rowKey('files', 'x'), 'path', 'no owner']])
    await replica.edit([['=', rowKey('tags', 'x', owner), 'name', 'an owner']]).server
  })
  expect(result.current.map(({ data }) => data)).toEqual([[], []])
})
