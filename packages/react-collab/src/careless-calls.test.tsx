import {
  type CollabError,
  defineSchema,
  derived,
  increment,
  marks,
  object,
  owned,
  shared,
  text,
  value,
} from '@react-collab/core'
import { renderHook } from '@testing-library/react'
import type { ReactNode } from 'react'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import type { Client } from './client.js'
import { compareTexts } from './compare-texts.js'
import { convert } from './convert.js'
import { createClient } from './create-client.js'
import { foldText } from './folded-text.js'
import { dictionaryOf } from './list/dictionary.js'
import { listOf } from './list/list-of.js'
import { setOf } from './list/row-set.js'
import { marksOf } from './marks/marks-of.js'
import { openFileStore } from './node/index.js'
import { colorOf, inkOn } from './presence/color.js'
import { presenceOf } from './presence/presence.js'
import { CollabProvider } from './react/collab-provider.js'
import { createCollab } from './react/create-collab.js'
import { useBroadcast } from './react/use-broadcast.js'
import { useCarets } from './react/use-carets.js'
import { useContacts } from './react/use-contacts.js'
import { useMyPresence } from './react/use-my-presence.js'
import { useRows } from './react/use-rows.js'
import { useSyncStatus } from './react/use-sync-status.js'
import { useText } from './react/use-text.js'
import type { SharedObject } from './shared-object.js'
import { streamOf } from './streams/stream-of.js'
import { createFakeServer } from './testing/fake-server.js'
import { createTestClient } from './testing/test-client.js'
import { anchorRange, resolveRange } from './text-range.js'
import { historyOf } from './undo-history.js'

const schema = defineSchema({
  team: object({
    body: text(),
    marks: marks(),
    people: shared({ name: value<string>() }, { windowed: ['name'] }),
    contacts: shared({ phone: value<string>() }),
    tags: shared({ name: value<string>() }),
    files: owned({ path: value<string>() }, { by: 'client' }),
    byName: derived('tags', { key: ({ name }: { name?: string }) => name, reduce: () => ({}) }),
  }),
})

let client: Client
let team: SharedObject
/** What somebody without types gives, or forgets to. */
const no = undefined as never
const [five, id, all] = [5, 'team', {}] as unknown as readonly never[] as [never, never, never]

beforeEach(async () => {
  client = createTestClient(createFakeServer(), { schema })
  team = client.open('team', schema.objects.team).object
  await client.loaded('team')
})

afterEach(() => client.close())

const under = ({ children }: { readonly children: ReactNode }): ReactNode => (
  <CollabProvider client={client}>{children}</CollabProvider>
)

/** Renders a hook; what it throws is thrown here. */
const shown = (hook: () => unknown): unknown => renderHook(hook, { wrapper: under })

type Call = readonly [name: string, call: () => unknown, says: string]

/** Calls, and what it is to throw, or to reject with. */
async function refused(call: () => unknown, code: string, says: string): Promise<void> {
  const errors = vi.spyOn(console, 'error').mockReturnValue(undefined)
  const error = await Promise.resolve()
    .then(call)
    .catch((it: CollabError) => it)
  errors.mockRestore()
  expect(error).toMatchObject({ code, name: 'UsageError' })
  expect((error as CollabError).message).toContain(says)
}

const anObject = 'the first argument is to be an object, as client.open(id).object is, not'
const aText = "argument is to be a text, as object.text('body') is, not"

it.each<Call>([
  ['listOf()', () => listOf(no, no), `${anObject} undefined`],
  ['listOf(client, …)', () => listOf(client as never, 'x'), `${anObject} an object`],
  ['setOf()', () => setOf(no, no), anObject],
  ['dictionaryOf()', () => dictionaryOf(no, no), anObject],
  ['historyOf()', () => historyOf(no), anObject],
  ['marksOf()', () => marksOf(no, no), anObject],
  ['streamOf()', () => streamOf(no), anObject],
  ['presenceOf()', () => presenceOf(no), anObject],
  ['presenceOf(id)', () => presenceOf(id), `${anObject} "team"`],
  ['convert()', () => convert(no, no), anObject],
  ['convert(object)', () => convert(team, no), 'functions fromObject and toObject'],
  ['convert(object, {})', () => convert(team, all), 'functions fromObject and toObject'],
  ['anchorRange()', () => anchorRange(no, no), aText],
  ['resolveRange()', () => resolveRange(no, no), aText],
  ['foldText()', () => foldText(no), aText],
  ['compareTexts()', () => compareTexts(no, no), `first ${aText}`],
  ['compareTexts(one)', () => compareTexts(team.text('body'), no), `second ${aText} undefined`],
  ['colorOf()', () => colorOf(no), 'a colour is of a name or an id, not of undefined'],
  ['inkOn()', () => inkOn(no), "a colour is as '#1971c2', not undefined"],
  ['inkOn(a name)', () => inkOn('red'), '"red"'],
  ['createCollab()', () => createCollab(no), 'takes what defineSchema gives, not undefined'],
  ['createCollab({})', () => createCollab(all), 'takes what defineSchema gives, not an object'],
  ['openFileStore()', () => openFileStore(no), 'takes the path of a file, not undefined'],
  ['window(people)', () => team.window('people', no), '{ orderBy, descending }, not undefined'],
  ['useCarets()', () => shown(() => useCarets(no, no)), 'for what useText gives'],
  [
    'useCarets(text)',
    () => shown(() => useCarets(useText('team', 'body'), no)),
    'a look as { name, color }, not undefined',
  ],
  [
    'a provider of 5',
    () => renderHook(() => 1, { wrapper: () => <CollabProvider client={five} /> }),
    'takes a client, as createClient makes it, not 5',
  ],
])('[CALL6] %s says what it takes', (_, call, says) => refused(call, 'BAD_VALUE', says))

it.each<Call>([
  ['onprogress', () => team.createMany('tags', [], { onprogress: 1 } as never), '"onprogress"'],
  ['a function', () => team.createMany('tags', [], (() => 0) as never), 'not a function'],
  [
    'desc',
    () => team.window('people', { orderBy: 'name', desc: true } as never),
    'no option "desc"',
  ],
  [
    "descending: 'yes'",
    () => team.window('people', { orderBy: 'name', descending: 'yes' as never }),
    'descending is true or false, not "yes"',
  ],
  [
    "descending: 'yes' of useRows",
    () => shown(() => useRows('team', 'tags', { descending: 'yes' as never })),
    'descending is true or false',
  ],
  [
    'owner of shared rows',
    () => shown(() => useRows('team', 'tags', { owner: 'me' as never })),
    'the rows of "tags" have no owner',
  ],
  ['presence of 5', () => shown(() => useMyPresence('team', five)), 'not by 5'],
  ['a listener of 5', () => shown(() => useBroadcast('team', five)), 'a function, not 5'],
  ['useSyncStatus(true)', () => shown(() => useSyncStatus(true as never)), 'smooth, not true'],
  ['setOffline()', () => client.setOffline(no), 'offline is true or false, not undefined'],
])('[CALL7] %s is not taken silently', (_, call, says) => refused(call, 'BAD_VALUE', says))

it('[CALL7] rows are ordered by fields of the schema, and by what else they show', async () => {
  const says = '"tags" is ordered by id, name, not by "nope"'
  await refused(() => team.sorted('tags', 'nope'), 'UNKNOWN_FIELD', says)
  const useTags = () => useRows('team', 'tags', { orderBy: 'nope' })
  await refused(() => shown(useTags), 'UNKNOWN_FIELD', says)
  const known = [
    ['tags', 'name'],
    ['tags', 'id'],
    ['files', 'owner'],
    ['byName', 'whatever'],
  ] as const
  for (const [collection, field] of known) expect(team.sorted(collection, field).read()).toEqual([])
})

it('[CALL7] contacts without a name are no fault, as nobody asked for that order', async () => {
  const { contacts } = renderHook(() => useContacts('team'), { wrapper: under }).result.current
  expect(contacts).toEqual([])
  const says = '"contacts" is ordered by id, phone, not by "name"'
  await refused(() => shown(() => useContacts('team', { orderBy: 'name' })), 'UNKNOWN_FIELD', says)
})

it('[CALL7] a reference of a kind that the client does not have is refused', async () => {
  const other = createCollab(defineSchema({ diary: object({ title: value<string>() }) }))
  const says = `the client's schema has no kind "diary"`
  await refused(() => client.open(other.ref.diary('d')), 'UNKNOWN_KIND', says)
  await refused(() => client.peek(other.ref.diary('d')), 'UNKNOWN_KIND', says)
  const plain = createClient({ url: 'http://127.0.0.1:1', store: 'memory', offline: true })
  expect(plain.open(other.ref.diary('d')).object.id).toBe('d')
  await plain.close()
})

it('[CALL8] what needs the disk says to await client.loaded(id)', async () => {
  const fresh = createTestClient(createFakeServer(), { schema })
  const early = fresh.peek('early', schema.objects.team)
  const converter = { fromObject: () => 1, toObject: () => ({}) }
  const file = () => early.add('files', { path: 'a' })
  const calls: readonly (() => unknown)[] = [
    file,
    () => early.text('body').insert(0, 'a'),
    () => early.createMany('tags', [{ name: 'a' }]),
    () => marksOf(early, 'body').mark(0, 0, 'bold'),
    () => convert(early, converter).set((now) => now),
    () => streamOf(early).append(increment(1)),
  ]
  for (const call of calls)
    expect(call).toThrow(/^NOT_LOADED: .* is not known yet: await client\.loaded\(id\) first$/)
  await fresh.loaded('early')
  expect(file().id).toContain('~')
  await fresh.close()
})
