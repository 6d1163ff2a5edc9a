import {
  defineSchema,
  list,
  object as objectOf,
  type Schema,
  shared,
  value,
} from '@react-collab/core'
import { describe, expect, test } from 'vitest'
import type { Client } from './client.js'
import { listOf } from './list/list-of.js'
import { hostPlatform } from './platform.js'
import type { SharedObject } from './shared-object.js'
import { createLocalStore } from './store/local-store.js'
import { createMemoryDisk } from './store/memory-disk.js'
import { createTables, type Tables } from './store/tables.js'
import { createFakeServer, type FakeServer } from './testing/fake-server.js'
import { createTestClient } from './testing/test-client.js'
import { historyOf } from './undo-history.js'

const people = shared({ name: value<string>(), first: value<string>(), last: value<string>() })
const spec = objectOf({ title: value<string>(), people, words: list(value<string>()) })

const first = defineSchema({ team: spec })
const second = defineSchema(
  { team: spec },
  {
    version: 2,
    upcast: {
      1: ({ name, ...fields }, { collection }) => {
        if (collection === 'words') return { ...fields, value: `${fields['value'] as string}!` }
        if (typeof name !== 'string') return fields
        const [given, family] = name.split(' ')
        return { ...fields, first: given, last: family }
      },
    },
  },
)

interface Person {
  readonly client: Client
  readonly object: SharedObject
  readonly reported: unknown[]
}

async function person(
  server: FakeServer,
  schema: Schema,
  { tables = createTables(), offline = false }: { tables?: Tables; offline?: boolean } = {},
): Promise<Person> {
  const reported: unknown[] = []
  const client = createTestClient(server, {
    schema,
    offline,
    platform: { ...hostPlatform, report: (error) => reported.push(error) },
    openStore: () => Promise.resolve(createLocalStore(createMemoryDisk({ tables }))),
  })
  const { object } = client.open('team', schema.objects['team'])
  await object.loaded
  return { client, object, reported }
}

const ada = { id: 'ada', first: 'Ada', last: 'Lovelace' }

describe('versions of a schema', () => {
  test('[VER6] edits that wait are kept, shown as the new version has them, and sent as they were made', async () => {
    const server = createFakeServer()
    const tables = createTables()
    const old = await person(server, first, { tables, offline: true })
    await old.object.add('people', { id: 'ada', name: 'Ada Lovelace' }).local
    await old.client.close()
    const { client, object } = await person(server, second, { tables, offline: true })
    expect(object.row('people', 'ada')).toEqual(ada)
    expect(client.outbox.pending.map(({ patches }) => patches)).toEqual([
      [
        ['=', 'people/ada', 'first', 'Ada'],
        ['=', 'people/ada', 'last', 'Lovelace'],
        ['=', 'people/ada', '$del', false],
      ],
    ])
    client.setOffline(false)
    await expect.poll(() => client.outbox.pending).toEqual([])
    expect(server.log('team')).toEqual([
      [
        1,
        expect.any(String),
        [
          ['=', 'people/ada', 'name', 'Ada Lovelace'],
          ['=', 'people/ada', '$del', false],
        ],
      ],
    ])
    expect(object.row('people', 'ada')).toEqual(ada)
  })

  test('[VER7] edits tell their version, and an older app shows what it can and is told', async () => {
    const server = createFakeServer()
    const { object } = await person(server, second)
    await object.add('people', ada).server
    expect(server.log('team')[0]?.[2]).toContainEqual(['=', 'people/ada', 'first', { $2: 'Ada' }])
    expect(server.log('team')[0]?.[3]).toEqual({ v: 2 })
    const old = await person(server, first)
    await expect.poll(() => old.object.row('people', 'ada')).toEqual(ada)
    old.object.sorted('people').read()
    const tooOld = expect.objectContaining({ code: 'CLIENT_TOO_OLD' })
    expect(old.reported).toEqual([tooOld])
    expect(old.client.status.error).toEqual(tooOld)
    await old.object.update('people', 'ada', { name: 'Augusta King' }).server
    await expect.poll(() => object.row('people', 'ada')?.['last']).toBe('King')
  })

  test('[VER7] writes only what differs from what is shown', async () => {
    const server = createFakeServer()
    const old = await person(server, first)
    await old.object.add('people', { id: 'ada', name: 'Ada Lovelace' }).server
    const { object } = await person(server, second)
    await expect.poll(() => object.row('people', 'ada')).toEqual(ada)
    object.update('people', 'ada', { first: 'Ada' })
    object.update('people', 'ada', (draft) => {
      Object.assign(draft, { last: 'Lovelace' })
    })
    expect(object.replica.visible.pending.size).toBe(0)
    historyOf(object)
    object.update('people', 'ada', { first: 'Augusta' })
    expect(object.row('people', 'ada')).toEqual({ ...ada, first: 'Augusta' })
    historyOf(object).undo()
    expect(object.row('people', 'ada')).toEqual(ada)
  })

  test('[VER6] a refused edit of an older version, made again, is still of that version', async () => {
    const server = createFakeServer()
    const tables = createTables()
    server.refuse = () => 'not now'
    const old = await person(server, first, { tables })
    old.object.add('people', { id: 'ada', name: 'Ada Lovelace' })
    await expect.poll(() => old.client.outbox.rejected.length).toBe(1)
    await old.client.close()
    server.refuse = undefined
    const { client, object } = await person(server, second, { tables })
    await expect.poll(() => client.outbox.rejected.length).toBe(1)
    const [refused] = client.outbox.rejected
    expect(refused?.event[2]).toContainEqual(['=', 'people/ada', 'last', 'Lovelace'])
    await (await client.retry(refused!.key)).server
    expect(server.log('team').at(-1)?.[2]).toContainEqual([
      '=',
      'people/ada',
      'name',
      'Ada Lovelace',
    ])
    expect(object.row('people', 'ada')).toEqual(ada)
  })

  test('[VER2] items of lists, local state and what is written before the disk was read', async () => {
    const server = createFakeServer()
    const old = await person(server, first)
    await listOf(old.object, 'words').add('hey').server
    const client = createTestClient(server, { schema: second })
    const { object } = client.open('team', second.objects.team)
    listOf(object, 'words').add('early')
    await expect
      .poll(() => listOf(object, 'words').items.map((item) => item['value']))
      .toEqual(expect.arrayContaining(['hey!', 'early']))
    await expect.poll(() => server.log('team').length).toBe(2)
    expect(JSON.stringify(server.log('team')[1])).toContain('{"$2":"early"}')
  })

  test('[VER5] an upcast that throws is reported once, and stops nothing', async () => {
    const server = createFakeServer()
    const old = await person(server, first)
    await old.object.add('people', { id: 'ada', name: 'Ada' }).local
    await old.object.add('people', { id: 'bob', name: 'Bob' }).server
    const upcast = {
      1: (): never => {
        throw new TypeError('mine')
      },
    }
    const broken = defineSchema({ team: spec }, { version: 2, upcast })
    const { object, reported } = await person(server, broken)
    await expect
      .poll(() => object.sorted('people').read())
      .toEqual([
        { id: 'ada', name: 'Ada' },
        { id: 'bob', name: 'Bob' },
      ])
    expect(reported).toEqual([
      expect.objectContaining({ code: 'UPCAST_FAILED', cause: new TypeError('mine') }),
    ])
    expect(String(reported[0])).toContain('people/ada of team')
  })

  test.each<[() => unknown]>([[async () => ({})], [() => undefined]])(
    '[VER5] of an upcast that gives no fields at once nothing is lost',
    async (upcast) => {
      const server = createFakeServer()
      const old = await person(server, first)
      await old.object.add('people', { id: 'ada', name: 'Ada' }).server
      const upcasts = { 1: upcast as never }
      const broken = defineSchema({ team: spec }, { version: 2, upcast: upcasts })
      const { object, reported } = await person(server, broken)
      await expect.poll(() => object.sorted('people').read()).toEqual([{ id: 'ada', name: 'Ada' }])
      expect(reported).toEqual([expect.objectContaining({ code: 'UPCAST_FAILED' })])
    },
  )
})
