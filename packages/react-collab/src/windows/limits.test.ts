import { defineSchema, difference, object, shared, value } from '@react-collab/core'
import { afterEach, expect, test, vi } from 'vitest'
import { branchOf } from '../branch.js'
import type { Client } from '../client.js'
import { setOf } from '../list/row-set.js'
import type { SharedObject } from '../shared-object.js'
import { streamOf } from '../streams/stream-of.js'
import { createFakeServer } from '../testing/fake-server.js'
import { createTestClient } from '../testing/test-client.js'
import { historyOf } from '../undo-history.js'

const schema = defineSchema({
  book: object({
    title: value<string>(),
    contacts: shared({ name: value<string>() }, { windowed: ['name'] }),
  }),
})

let client: Client
const open = async (): Promise<SharedObject> => {
  client = createTestClient(createFakeServer(), { schema })
  const book = client.open('book', schema.objects.book).object
  await book.loaded
  const rows = Array.from({ length: 30 }, (_, i) => ({ id: `r${i}`, name: `n${i}` }))
  await book.createMany('contacts', rows).server
  return book
}

afterEach(() => client.close())

const nameOf = (book: SharedObject, id: string): unknown => book.row('contacts', id)?.['name']

test('[WIN18] undo takes back edits of rows that were in memory, and deletions of any', async () => {
  const book = await open()
  const history = historyOf(book)
  const stop = book.subscribe(() => undefined, book.key('contacts', 'r1'))
  await vi.waitFor(() => expect(nameOf(book, 'r1')).toBe('n1'))
  history.group('rename', () => book.update('contacts', 'r1', { name: 'other' }))
  stop()
  await book.update('contacts', 'r2', { name: 'not to be undone' }).server
  history.group('remove', () => book.remove('contacts', 'r3'))
  await vi.waitFor(() => expect(book.replica.held.has(book.key('contacts', 'r3'))).toBe(true))
  expect([history.undo(), history.undo()]).toEqual([true, true])
  expect(nameOf(book, 'r1')).toBe('n1')
  expect(nameOf(book, 'r3')).toBe('n3')
  const again = book.subscribe(() => undefined, book.key('contacts', 'r2'))
  await vi.waitFor(() => expect(nameOf(book, 'r2')).toBe('not to be undone'))
  again()
})

test('[WIN6] sets, streams and branches have nothing of a windowed collection', async () => {
  const book = await open()
  expect(() => setOf(book, 'contacts')).toThrow(/windowed/)
  const stream = streamOf(book)
  expect(stream.value).toEqual({})
  const put = difference({}, { contacts: { r1: { name: 'x' } } })
  expect(() => stream.append(put)).toThrow(/contacts/)
  const branch = branchOf(client, 'book', 'draft')
  await branch.create()
  const draft = client.open(branch.target, schema.objects.book).object
  await draft.loaded
  draft.change({ title: 'x' })
  expect(() => draft.add('contacts', { name: 'x' })).toThrow(/not part of branches/)
  expect(() => draft.window('contacts', { orderBy: 'name' })).toThrow(/not part of branches/)
  await branch.push().local
  await vi.waitFor(() => expect(book.get()).toEqual({ title: 'x' }))
  expect(nameOf(book, 'r1')).toBeUndefined()
})
