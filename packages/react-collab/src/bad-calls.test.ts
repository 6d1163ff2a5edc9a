import {
  type CollabError,
  counter,
  defineSchema,
  list,
  local,
  object,
  ref,
  shared,
  text,
  value,
} from '@react-collab/core'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { branchesOf, branchOf } from './branch.js'
import type { Client } from './client.js'
import type { Written } from './edit.js'
import { giveUp } from './give-up.js'
import { listOf } from './list/list-of.js'
import { marksOf } from './marks/marks-of.js'
import { poolOf } from './pool/client-pool.js'
import { removeObject } from './removal.js'
import { seed } from './seed.js'
import type { SharedObject } from './shared-object.js'
import { adoptEdits, signOut } from './sign-out.js'
import { createFakeServer, type FakeServer } from './testing/fake-server.js'
import { createTestClient } from './testing/test-client.js'

const schema = defineSchema({
  team: object({
    title: value<string>(),
    likes: counter(),
    body: text(),
    people: shared({ name: value<string>() }),
    drafts: local({ note: value<string>() }),
    chores: list({ text: value<string>() }),
    lead: ref('people'),
    tasks: shared({ who: ref('people') }),
    marks: shared({ text: value(), kind: value(), value: value(), from: value(), to: value() }),
  }),
})

let server: FakeServer
let client: Client
let team: SharedObject

beforeEach(async () => {
  server = createFakeServer()
  client = createTestClient(server, { schema })
  team = client.open({ id: 'team', spec: schema.objects.team }).object
  await client.loaded('team')
})

afterEach(() => client.close())

it('[CALL1] what is written gives two promises, and nothing of how it is made', async () => {
  const chores = listOf(team, 'chores')
  const written: readonly Written[] = [
    team.change({ title: 'Ours' }),
    team.change({ title: 'Ours' }),
    team.update('people', 'ada', { name: 'Ada' }),
    team.remove('people', 'ada'),
    team.restore('people', 'ada'),
    team.update('drafts', 'one', { note: 'local' }),
    team.counter('likes').add(),
    team.text('body').insert(0, 'Hello'),
    team.text('body').replace('Hello you'),
    chores.move(0, 0),
    marksOf(team, 'body').mark(0, 2, 'bold'),
  ]
  for (const one of written) expect(Object.keys(one)).toEqual(['local', 'server'])
  expect(Object.keys(team.add('people', { name: 'Bob' }))).toEqual(['id', 'local', 'server'])
  expect(Object.keys(chores.add({ text: 'Dishes' }))).toEqual(['id', 'local', 'server'])
  const many = team.createMany('people', [{ name: 'Cy' }])
  expect(Object.keys(many)).toEqual(['ids', 'local', 'server'])
  await Promise.all(written.flatMap((one) => [one.local, one.server]))
})

it('[CALL1] what is made again gives the same', async () => {
  server.refuse = () => 'no'
  await team.change({ title: 'Ours' }).server.catch(() => undefined)
  await vi.waitFor(() => expect(client.outbox.rejected).toHaveLength(1))
  const { key } = client.outbox.rejected[0]!
  server.refuse = undefined
  const retried = await client.retry(key)
  expect(Object.keys(retried)).toEqual(['local', 'server'])
  expect(await retried.server).toBeGreaterThan(0)
})

it('[CALL5] what was discarded or made again is not shown any more when the promise resolves', async () => {
  server.refuse = () => 'no'
  for (const title of ['One', 'Two']) team.change({ title }).server.catch(() => undefined)
  await vi.waitFor(() => expect(client.outbox.rejected).toHaveLength(2))
  server.refuse = undefined
  const [one, two] = client.outbox.rejected
  await client.discard(one!.key)
  expect([client.status.rejected, client.outbox.rejected]).toEqual([1, [two]])
  await client.retry(two!.key)
  expect([client.status.rejected, client.outbox.rejected]).toEqual([0, []])
})

it.each([
  [5, 'BAD_VALUE', 'it holds the id of a row of "people" or null, not 5'],
  [{}, 'BAD_VALUE', 'not an object'],
  ['', 'BAD_ID', '"" is no name'],
])('[REF3] a field that refers to a row takes no %j', (to, code, message) => {
  const wrong = expect.objectContaining({ code, message: expect.stringContaining(message) })
  expect(() => team.add('tasks', { id: 'one', who: to })).toThrow(wrong)
  expect(() => team.update('tasks', 'one', { who: to })).toThrow(wrong)
  expect(() => team.change({ lead: to })).toThrow(wrong)
  expect(() => team.createMany('tasks', [{ who: to }])).toThrow(wrong)
  expect(() => team.change({ lead: to })).toThrow('team: field "lead": ')
  expect([team.get(), client.unsaved]).toEqual([{}, 0])
})

it('[CALL2] a refused edit is named by its key', async () => {
  const given = { key: 3 } as never
  const error = 'BAD_ID: a refused edit is named by its key, not by an object: give entry.key'
  await expect(client.retry(given)).rejects.toThrow(error)
  await expect(client.discard(given)).rejects.toThrow(error)
  await expect(client.retry(99)).rejects.toThrow('BAD_ID: no refused edit has the key 99')
})

it('[STA16] what would stand on a refused creation alone is refused, as soon as that is known to be', async () => {
  server.refuse = ([, , patches]) => (JSON.stringify(patches).includes('bad') ? 'no' : undefined)
  const { server: sent } = team.add('people', { id: 'ada', name: 'bad' })
  const code = await sent.catch((error: unknown) => (error as CollabError).code)
  expect([code, client.status.rejected]).toEqual(['REFUSED', 1])
  const [refused] = client.outbox.rejected
  const wrong = 'DEPENDS_ON_REFUSED: the creation of "ada" of people was refused: retry or discard'
  expect(() => team.update('people', 'ada', { name: 'Ada' })).toThrow(wrong)
  expect(() => team.remove('people', 'ada')).toThrow(wrong)
  expect(client.status.unsent).toBe(0)
  // Whole, it may be made.
  await team.add('people', { id: 'ada', name: 'Ada' }).server
  await team.update('people', 'ada', { name: 'Ada L.' }).server
  team.remove('people', 'ada')
  team.update('people', 'ben', { name: 'Ben' })
  await client.discard(refused!.key)
  expect(client.status.rejected).toBe(0)
  team.update('people', 'cy', { name: 'Cy' })
})

it('[ACC11] a sign-out may be asked for twice, and then still is one', async () => {
  team.change({ title: 'Ours' })
  const both = [signOut(client, 'discard'), signOut(client, 'discard')]
  await Promise.all(both)
  await signOut(client)
  await expect(signOut(undefined as never)).rejects.toThrow('the first argument is to be a client')
  expect(() => adoptEdits(undefined as never)).toThrow('the first argument is to be a client')
})

it('[ACC11] a sign-out that sends what waits says at once what was refused', async () => {
  server.refuse = ([, , patches]) => (JSON.stringify(patches).includes('Ours') ? 'no' : undefined)
  await team.change({ title: 'Ours' }).server.catch(() => undefined)
  client.setOffline(true)
  team.add('people', { id: 'ada', name: 'Ada' })
  client.setOffline(false)
  const began = Date.now()
  await expect(signOut(client, 'send')).rejects.toThrow('UNSENT_EDITS: edits that no server has: 1')
  expect(Date.now() - began).toBeLessThan(4000)
  expect(server.log('team')).toHaveLength(1)
})

it('[CALL3] what is of a client is refused without one, by name', async () => {
  const no = undefined as never
  const calls: readonly (() => unknown)[] = [
    () => poolOf(no, 'team'),
    () => branchOf(no, 'team', 'draft'),
    () => branchesOf(no, 'team'),
    () => giveUp(no, 'team'),
    () => removeObject('team' as never, client as never),
    () => seed(no, { id: 'team', spec: schema.objects.team }, {}),
  ]
  for (const call of calls) {
    const error = await Promise.resolve()
      .then(call)
      .catch((it: CollabError) => it)
    expect(error).toMatchObject({ code: 'BAD_VALUE', name: 'UsageError' })
    expect((error as CollabError).message).toContain('the first argument is to be a client')
  }
})
