import { defineSchema, object, owned, shared, value } from '@react-collab/core'
import { renderHook } from '@testing-library/react'
import { createElement, type ReactNode } from 'react'
import { describe, expect, test, vi } from 'vitest'
import { createFakeServer } from '../testing/fake-server.js'
import { createTestClient } from '../testing/test-client.js'
import type { Client } from '../client.js'
import { CollabProvider } from '../react/collab-provider.js'
import { createCollab } from '../react/create-collab.js'
import type { SharedObject } from '../shared-object.js'
import type { RowWindow } from './row-window.js'

const schema = defineSchema({
  book: object({
    title: value<string>(),
    contacts: shared({ name: value<string>(), at: value<number>() }, { windowed: ['name', 'at'] }),
  }),
})

const server = (): ReturnType<typeof createFakeServer> => createFakeServer()

const opened = (client: Client): SharedObject => client.open('book', schema.objects.book).object

const namesIn = (window: RowWindow): unknown => window.read()?.rows.map(({ name }) => name)

function show(of: SharedObject, count: number, start = 0, descending = false): RowWindow {
  const window = of.window('contacts', { orderBy: 'name', descending })
  window.want(start, count, 0)
  window.subscribe(() => undefined)
  return window
}

describe('a window', () => {
  test('[WIN1] shows the first rows in order, and what is written at once', async () => {
    const client = createTestClient(server(), { schema })
    const book = opened(client)
    await book.loaded
    const window = show(book, 3)
    await vi.waitFor(() => expect(window.read()).toMatchObject({ total: 0, rows: [] }))
    book.add('contacts', { name: 'Cleo' })
    await book.add('contacts', { name: 'ada' }).local
    const added = book.add('contacts', { name: 'Ben' })
    expect(namesIn(window)).toEqual(['ada', 'Ben', 'Cleo'])
    await added.local
    await vi.waitFor(() => expect(window.read()).toMatchObject({ total: 3, start: 0 }))
    expect(namesIn(window)).toEqual(['ada', 'Ben', 'Cleo'])
    await book.remove('contacts', added.id).server
    await vi.waitFor(() => expect(window.read()).toMatchObject({ total: 2 }))
    expect(namesIn(window)).toEqual(['ada', 'Cleo'])
    await client.close()
  })

  test.each([
    [-1, 3],
    [Number.NaN, 3],
    [0, Number.NaN],
    [1.5, 3],
    [0, Infinity],
  ])('[WIN1] refuses a place that is none: %d, %d', async (start, count) => {
    const client = createTestClient(server(), { schema })
    const window = show(opened(client), 3)
    expect(() => window.want(start, count)).toThrow('BAD_VALUE')
    await client.close()
  })

  test('[WIN2] of another client shows what arrives, and holds no other rows in memory', async () => {
    const line = server()
    const [one, two] = [createTestClient(line, { schema }), createTestClient(line, { schema })]
    const book = opened(one)
    await book.loaded
    const rows = Array.from({ length: 500 }, (_, i) => ({ id: `r${i}`, name: `name ${i}`, at: i }))
    await book.createMany('contacts', rows).server
    const other = opened(two)
    const window = show(other, 10, 100)
    await vi.waitFor(() => expect(window.read()?.total).toBe(500))
    expect(window.read()).toMatchObject({ start: 100, isLoading: false })
    expect(namesIn(window)).toEqual(rows.slice(100, 110).map(({ name }) => name))
    expect(other.replica.visible.confirmed.rows.size).toBe(10)
    book.update('contacts', 'r3', { name: 'zz' })
    await book.update('contacts', 'r105', { at: -1 }).server
    await vi.waitFor(() =>
      expect(window.read()?.rows[4]).toMatchObject({ name: 'name 105', at: -1 }),
    )
    expect(namesIn(window)).toEqual(rows.slice(101, 111).map(({ name }) => name))
    const last = show(other, 2, 0, true)
    await vi.waitFor(() => expect(namesIn(last)).toEqual(['zz', 'name 499']))
    await one.close()
    await two.close()
  })
})

describe('a window of owned rows', () => {
  const files = owned({ name: value<string>() }, { by: 'client', windowed: ['name'] })
  const own = defineSchema({ library: object({ files }) })
  const { ref, useRows } = createCollab(own)
  const library = ref.library('library')

  test('[WIN21] shows whose each is, also when that changes, and lets nobody write another’s', async () => {
    const line = server()
    const [one, two] = [
      createTestClient(line, { schema: own }),
      createTestClient(line, { schema: own }),
    ]
    const [mine, theirs] = [one.open(library).object, two.open(library).object]
    await Promise.all([mine.loaded, theirs.loaded])
    const many = Array.from({ length: 600 }, (_, i) => ({ id: `f${i}`, name: `file ${i}` }))
    await theirs.createMany('files', many).server
    const { id } = mine.add('files', { name: 'a file' })
    const window = mine.window('files', { orderBy: 'name' })
    window.want(0, 3, 0)
    window.subscribe(() => undefined)
    const shown = () => window.read()?.rows.map(({ name, mine: isMine }) => [name, isMine])
    await vi.waitFor(() => expect(window.read()).toMatchObject({ total: 601, isLoading: false }))
    expect(shown()).toEqual([
      ['a file', true],
      ['file 0', false],
      ['file 1', false],
    ])
    expect(window.read()?.rows[0]).toMatchObject({ id, owner: one.owner() })
    const other = window.read()?.rows[1]?.['id'] as string
    expect(() => mine.update('files', other, { name: 'mine' })).toThrow(
      expect.objectContaining({ code: 'NOT_OWNER' }),
    )
    expect([...mine.replica.visible.confirmed.rows.keys()].length).toBeLessThan(50)
    one.workshop.objects.owners({ client: [one.owner()!, two.owner()!], principal: [] })
    expect(shown()).toEqual([
      ['a file', true],
      ['file 0', true],
      ['file 1', true],
    ])
    await mine.update('files', other, { name: 'a first one' }).local
    await vi.waitFor(() => expect(shown()?.[1]).toEqual(['a first one', true]))
    await Promise.all([one.close(), two.close()])
  })

  test('[WIN21] of one’s own alone finds them behind those of others', async () => {
    const line = server()
    const [one, two] = [
      createTestClient(line, { schema: own }),
      createTestClient(line, { schema: own }),
    ]
    const [mine, theirs] = [one.open(library).object, two.open(library).object]
    await Promise.all([mine.loaded, theirs.loaded])
    const many = Array.from({ length: 40 }, (_, i) => ({ name: `file ${i}` }))
    await theirs.createMany('files', many).server
    await mine.createMany('files', [{ name: 'my file' }, { name: 'my other file' }]).server
    const wrapper = ({ children }: { children?: ReactNode }) =>
      createElement(CollabProvider, { client: one }, children)
    const order = { orderBy: 'name', limit: 3 } as const
    const { result, unmount } = renderHook(
      () => useRows(library, 'files', { ...order, owner: 'me' }).data?.map(({ name }) => name),
      { wrapper },
    )
    await vi.waitFor(() => expect(result.current).toEqual(['my file', 'my other file']))
    unmount()
    await Promise.all([one.close(), two.close()])
  })
})
