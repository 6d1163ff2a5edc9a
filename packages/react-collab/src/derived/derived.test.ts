import {
  defineSchema,
  derived,
  list,
  local,
  object as objectOf,
  type ObjectSpec,
  owned,
  shared,
  value,
} from '@react-collab/core'
import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import type { Client } from '../client.js'
import { listOf } from '../list/list-of.js'
import { hostPlatform } from '../platform.js'
import type { SharedObject } from '../shared-object.js'
import { createLocalStore } from '../store/local-store.js'
import { createMemoryDisk } from '../store/memory-disk.js'
import { createTables, type Tables } from '../store/tables.js'
import { createFakeServer, type FakeServer } from '../testing/fake-server.js'
import { createTestClient } from '../testing/test-client.js'

interface Path {
  readonly path?: string
  readonly hash?: string
}

/** Files by the hash of their content, made of the paths that have it; counts what is asked. */
function library(version?: number) {
  const asked = { keys: [] as string[], groups: [] as string[] }
  const spec = objectOf({
    paths: shared({ path: value<string>(), hash: value<string>() }),
    files: derived('paths', {
      key: (row: Path) => {
        asked.keys.push(row.path ?? '')
        return row.hash
      },
      reduce: (rows, hash) => {
        asked.groups.push(hash)
        return { copies: rows.length, first: rows.map(({ path }) => path ?? '').sort()[0] ?? '' }
      },
      ...(version !== undefined && { version }),
    }),
  })
  return { spec, asked }
}

interface Person {
  readonly client: Client
  readonly object: SharedObject
  readonly reported: unknown[]
}

interface PersonOptions {
  readonly tables?: Tables
  readonly offline?: boolean
  /** There is never time for what can wait. */
  readonly isBusy?: boolean
}

async function person(
  server: FakeServer,
  spec: ObjectSpec,
  { tables = createTables(), offline = false, isBusy = false }: PersonOptions = {},
): Promise<Person> {
  const reported: unknown[] = []
  const client = createTestClient(server, {
    offline,
    platform: {
      ...hostPlatform,
      report: (error) => reported.push(error),
      idle: (run) => (isBusy ? () => undefined : hostPlatform.timer(0, run)),
    },
    openStore: () => Promise.resolve(createLocalStore(createMemoryDisk({ tables }))),
  })
  const { object } = client.open('library', spec)
  await object.loaded
  return { client, object, reported }
}

const files = (object: SharedObject): unknown => object.sorted('files').read()
const file = (id: string, copies: number, first: string): unknown => ({ id, copies, first })

describe('derived rows', () => {
  test('[DER1] are the groups of another collection, and follow its rows', async () => {
    const { object } = await person(createFakeServer(), library().spec)
    object.add('paths', { id: '1', path: 'a', hash: 'x' })
    object.add('paths', { id: '2', path: 'b', hash: 'x' })
    object.add('paths', { id: '3', path: 'c', hash: 'ü/~' })
    object.add('paths', { id: '4', path: 'd' })
    expect(files(object)).toEqual([file('ü/~', 1, 'c'), file('x', 2, 'a')])
    object.update('paths', '1', { hash: 'z' })
    expect(files(object)).toEqual([file('ü/~', 1, 'c'), file('x', 1, 'b'), file('z', 1, 'a')])
    object.remove('paths', '1')
    object.update('paths', '3', (draft) => {
      delete draft['hash']
    })
    expect(files(object)).toEqual([file('x', 1, 'b')])
    object.restore('paths', '1')
    expect(object.row('files', 'z')).toEqual(file('z', 1, 'a'))
    expect(object.row('files', 'y')).toBeUndefined()
  })

  test('[DER1] are ordered as any rows, told of to who listens, and keep their identity', async () => {
    const { object } = await person(createFakeServer(), library().spec)
    const sorted = object.sorted('files', 'copies', true)
    const heard: unknown[] = []
    sorted.subscribe(() => heard.push(sorted.read().map(({ id }) => id)))
    object.subscribe(() => heard.push('z'), object.key('files', 'z'))
    for (const [i, hash] of ['x', 'y', 'y'].entries())
      object.add('paths', { id: String(i), path: 'p', hash })
    expect(sorted.read().map(({ id }) => id)).toEqual(['y', 'x'])
    expect(heard).toEqual([['x'], ['x', 'y'], ['y', 'x']])
    const before = sorted.read()
    object.update('paths', '0', { path: 'q' })
    object.update('paths', '0', { path: 'p' })
    expect(sorted.read()[0]).toBe(before[0])
    const rows = sorted.read()
    object.add('paths', { id: '9', path: 'p' })
    expect(sorted.read()).toBe(rows)
    object.update('paths', '9', { hash: 'z' })
    expect(heard.at(-1)).toBe('z')
  })

  test('[DER2] only the rows that changed are asked about, and the groups that they were and are in', async () => {
    const { spec, asked } = library()
    const { object } = await person(createFakeServer(), spec)
    for (let i = 0; i < 100; i++)
      object.add('paths', { id: String(i), path: String(i), hash: `h${i % 10}` })
    expect(asked.keys).toEqual([])
    files(object)
    expect(asked.keys).toHaveLength(100)
    expect(asked.groups).toHaveLength(10)
    asked.keys.length = asked.groups.length = 0
    object.update('paths', '7', { hash: 'h3' })
    expect(asked).toEqual({ keys: ['7'], groups: ['h7', 'h3'] })
    object.update('paths', '8', { path: 'eight' })
    expect(asked.groups).toEqual(['h7', 'h3', 'h8'])
    files(object)
    expect(asked.groups).toHaveLength(3)
  })

  test('[DER1] may be of a list, of owned rows with their owner, and of rows that stay here', async () => {
    const size = {
      key: (row: { value?: string }) => String(row.value?.length),
      reduce: (rows: readonly object[]) => ({ count: rows.length }),
    }
    const spec = objectOf({
      words: list(value<string>()),
      sizes: derived('words', size),
      things: owned({ name: value<string>() }, { by: 'client' }),
      byOwner: derived('things', {
        key: (row: { owner?: string }) => row.owner,
        reduce: (rows) => ({ count: rows.length }),
      }),
      drafts: local({ kind: value<string>() }),
      byKind: derived('drafts', {
        key: (row: { kind?: string }) => row.kind,
        reduce: (rows) => ({ ids: rows.map(({ id }) => id) }),
      }),
    })
    const { object } = await person(createFakeServer(), spec)
    listOf(object, 'words').insert(0, 'one', 'two', 'three')
    expect(object.sorted('sizes').read()).toEqual([
      { id: '3', count: 2 },
      { id: '5', count: 1 },
    ])
    object.add('things', { name: 'x' })
    const [thing] = object.sorted('things').read()
    expect(object.sorted('byOwner').read()).toEqual([{ id: thing?.['owner'], count: 1 }])
    object.add('drafts', { id: 'd', kind: 'k' })
    expect(object.row('byKind', 'k')).toEqual({ id: 'k', ids: ['d'] })
  })

  test('[DER3] are written by nobody, and what somebody wrote there is not shown', async () => {
    const server = createFakeServer()
    const { object, client } = await person(server, library().spec)
    const refused = /ROW_KIND_CONFLICT: .*"files" of library is derived from "paths"/
    expect(() => object.add('files', { id: 'x', copies: 1 })).toThrow(refused)
    expect(() => object.update('files', 'x', { copies: 1 })).toThrow(refused)
    expect(() => object.remove('files', 'x')).toThrow(refused)
    expect(() => object.restore('files', 'x')).toThrow(refused)
    expect(() => object.createMany('files', [{}])).toThrow(/UNKNOWN_COLLECTION/)
    expect(() => object.counter(['files', 'x', 'copies']).add(1)).toThrow()
    expect(client.outbox.pending).toEqual([])
    const { object: other } = createTestClient(server).open('library')
    await other.add('files', { id: 'forged', copies: 9 }).server
    await other.add('paths', { id: '1', path: 'a', hash: 'x' }).server
    await expect.poll(() => object.row('files', 'x')).toBeDefined()
    expect(files(object)).toEqual([file('x', 1, 'a')])
  })

  test('[DER4] never leave the device', async () => {
    const server = createFakeServer()
    const { object } = await person(server, library().spec)
    files(object)
    await object.add('paths', { id: '1', path: 'a', hash: 'x' }).server
    await object.update('paths', '1', { hash: 'y' }).server
    expect(files(object)).toEqual([file('y', 1, 'a')])
    expect(server.log('library')).toHaveLength(2)
    expect(JSON.stringify(server.log('library'))).not.toContain('files/')
  })

  test('[DER6] a function that fails is reported with collection and key, and stops nothing', async () => {
    const spec = objectOf({
      paths: shared({ hash: value<string>(), size: value<number>() }),
      files: derived('paths', {
        key: (row: { hash?: string; size?: number }) => {
          if (row.hash === 'no key') throw new TypeError('mine')
          return row.hash === 'odd' ? (3 as never) : row.hash
        },
        reduce: (rows, hash) => {
          if (hash === 'no row') throw new TypeError('mine too')
          return hash === 'hidden' ? undefined : { size: rows[0]?.size ?? 0 }
        },
        fields: { size: value(z.number().min(0)) },
      }),
    })
    const { object, reported } = await person(createFakeServer(), spec)
    const hashes = ['good', 'no key', 'odd', 'no row', 'hidden', '']
    for (const hash of hashes) object.add('paths', { id: `of ${hash}`, hash, size: 1 })
    object.add('paths', { id: 'negative', hash: 'small', size: -1 })
    expect(object.sorted('files').read()).toEqual([{ id: 'good', size: 1 }])
    object.update('paths', 'of no key', { size: 2 })
    object.update('paths', 'of good', { size: 2 })
    expect(object.sorted('files').read()).toEqual([{ id: 'good', size: 2 }])
    const told = reported.map(String).sort()
    expect(told).toHaveLength(5)
    expect(told[0]).toMatch(
      /DERIVE_FAILED: files\/no row of library is left out of files: mine too/,
    )
    expect(told[1]).toMatch(/files\/small of library .*>=0/)
    expect(told[2]).toMatch(/the key of paths\/of%20 of library is left out of files: .*is no name/)
    expect(told[3]).toMatch(/the key of paths\/of%20no%20key of library/)
    expect(told[4]).toMatch(/the key of paths\/of%20odd .* is text, not 3/)
  })

  test('[DER8] only of a collection that is not derived itself, by two functions', () => {
    const paths = shared({ hash: value<string>() })
    const functions = { key: String, reduce: () => ({}) } as never
    const wrong: [ObjectSpec, RegExp][] = [
      [{ files: derived('paths', functions) }, /"files" is derived from "paths", which is no/],
      [{ paths: value(), files: derived('paths', functions) }, /derived from "paths"/],
      [
        { paths, a: derived('paths', functions), b: derived('a', functions) },
        /"b" is derived from "a"/,
      ],
      [{ paths, files: derived('paths', { key: 'hash' } as never) }, /two functions/],
      [
        { paths, files: derived('paths', { ...(functions as object), version: 0 } as never) },
        /counts from 1/,
      ],
    ]
    for (const [spec, message] of wrong)
      expect(() => defineSchema({ spec: objectOf(spec) })).toThrow(message)
    expect(defineSchema({ library: library().spec }).version).toBe(1)
  })
})

describe('derived rows on disk', () => {
  /** One who has shown the files of three paths, and left. */
  async function left(server: FakeServer, tables: Tables, spec: ObjectSpec): Promise<void> {
    const { client, object } = await person(server, spec, { tables })
    for (const [id, hash] of ['x', 'x', 'y'].entries())
      await object.add('paths', { id: String(id), path: `p${id}`, hash }).server
    files(object)
    const stored = createLocalStore(createMemoryDisk({ tables }))
    await expect.poll(() => stored.derived('library' as never)).toHaveLength(1)
    await client.close()
  }
  const both = [file('x', 2, 'p0'), file('y', 1, 'p2')]

  test('[DER5] a cold start shows them without asking', async () => {
    const [server, tables] = [createFakeServer(), createTables()]
    await left(server, tables, library(1).spec)
    const { spec, asked } = library(1)
    const { object } = await person(server, spec, { tables, offline: true })
    expect(files(object)).toEqual(both)
    expect(asked).toEqual({ keys: [], groups: [] })
    object.update('paths', '2', { hash: 'x' })
    expect(files(object)).toEqual([file('x', 3, 'p0')])
    expect(asked).toEqual({ keys: ['p2'], groups: ['x'] })
  })

  test('[DER5] asks about what own edits lie over, and what came since', async () => {
    const [server, tables] = [createFakeServer(), createTables()]
    await left(server, tables, library(1).spec)
    const first = await person(server, library(1).spec, { tables, offline: true })
    await first.object.update('paths', '0', { hash: 'z' }).local
    files(first.object)
    await first.client.close()
    const { object: other } = createTestClient(server).open('library')
    await other.add('paths', { id: '9', path: 'p9', hash: 'y' }).server
    const online = await person(server, library(1).spec, { tables, isBusy: true })
    await expect.poll(() => online.object.row('paths', '9')).toBeDefined()
    await expect.poll(() => online.client.status.state).toBe('synced')
    await online.client.close()
    const { spec, asked } = library(1)
    const { object } = await person(server, spec, { tables, offline: true })
    expect(files(object)).toEqual([file('x', 1, 'p1'), file('y', 2, 'p2'), file('z', 1, 'p0')])
    expect(asked.keys.sort()).toEqual(['p0', 'p9'])
  })

  test('[DER5] other functions, or the same ones of another version, make them anew', async () => {
    const [server, tables] = [createFakeServer(), createTables()]
    await left(server, tables, library(1).spec)
    for (const version of [2, undefined]) {
      const { spec, asked } = library(version)
      const { client, object } = await person(server, spec, { tables, offline: true })
      expect(files(object)).toEqual(both)
      expect(asked.keys).toHaveLength(3)
      await client.close()
    }
  })

  test('[DER5] what is damaged on the disk is made anew', async () => {
    const [server, tables] = [createFakeServer(), createTables()]
    await left(server, tables, library(1).spec)
    const stored = [...tables.all()].filter(([table]) => table === 'derived')
    expect(stored).toHaveLength(1)
    for (const [table, record] of stored)
      tables.apply([table, { ...(record as object), groups: '[[' } as never])
    const { spec, asked } = library(1)
    const { object } = await person(server, spec, { tables, offline: true })
    expect(files(object)).toEqual(both)
    expect(asked.keys).toHaveLength(3)
  })

  test('[DER5] what is stored is that of the log, whatever own edits lie over it', async () => {
    const [server, tables] = [createFakeServer(), createTables()]
    const { client, object } = await person(server, library(1).spec, { tables })
    await object.add('paths', { id: '0', path: 'p0', hash: 'x' }).server
    server.isSilent = true
    object.update('paths', '0', { hash: 'mine' })
    expect(files(object)).toEqual([file('mine', 1, 'p0')])
    const stored = createLocalStore(createMemoryDisk({ tables }))
    const groups = async () => (await stored.derived('library' as never)).map((one) => one.groups)
    await expect
      .poll(groups)
      .toEqual([JSON.stringify([['x', ['paths/0'], { copies: 1, first: 'p0' }]])])
    await client.close()
  })
})
