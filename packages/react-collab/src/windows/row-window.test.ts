import { defineSchema, object, shared, value } from '@react-collab/core'
import { describe, expect, test, vi } from 'vitest'
import { createFakeServer } from '../testing/fake-server.js'
import { createTestClient } from '../testing/test-client.js'
import type { Client } from '../client.js'
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
