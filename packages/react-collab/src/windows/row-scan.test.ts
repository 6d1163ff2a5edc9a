import { defineSchema, object, owned, shared, value } from '@react-collab/core'
import { afterEach, expect, test, vi } from 'vitest'
import type { Client } from '../client.js'
import type { SharedObject } from '../shared-object.js'
import { createFakeServer } from '../testing/fake-server.js'
import { createTestClient } from '../testing/test-client.js'
import type { FirstRows } from './first-rows.js'

const schema = defineSchema({
  book: object({
    contacts: shared({ name: value<string>(), at: value<number>() }, { windowed: ['at'] }),
    files: owned({ name: value<string>() }, { by: 'client', windowed: ['name'] }),
  }),
})

let client: Client

afterEach(() => client.close())

/** A book of 1,200 contacts and two files. */
async function open(): Promise<SharedObject> {
  client = createTestClient(createFakeServer(), { schema })
  const book = client.open('book', schema.objects.book).object
  await book.loaded
  const rows = Array.from({ length: 1200 }, (_, at) => ({ id: `r${at}`, name: `n${at}`, at }))
  await book.createMany('contacts', rows).server
  await book.createMany('files', [{ name: 'a' }, { name: 'b' }]).server
  // From here on no news of the disk come.
  await new Promise((resolve) => setTimeout(resolve, 50))
  return book
}

const namesIn = (rows: FirstRows): unknown => rows.read()?.map(({ name }) => name)

test('[WIN3] the first rows that a function picks are looked for when somebody begins to listen', async () => {
  const book = await open()
  const far = book.first('contacts', { orderBy: 'at' })
  far.want(2, ({ at }) => (at as number) >= 1100)
  const stop = far.subscribe(() => undefined)
  await vi.waitFor(() => expect(namesIn(far)).toEqual(['n1100', 'n1101']))
  stop()
  await book.update('contacts', 'r0', { at: 1100.5 }).local
  far.subscribe(() => undefined)
  await vi.waitFor(() => expect(namesIn(far)).toEqual(['n1100', 'n0']))
  const none = book.first('contacts', { orderBy: 'at' })
  none.want(2, () => false)
  none.subscribe(() => undefined)
  await vi.waitFor(() => expect(none.read()).toEqual([]))
})

test('[WIN21] the first of one’s own are looked for when somebody begins to listen', async () => {
  const book = await open()
  const own = book.first('files', { orderBy: 'name', descending: true })
  own.want(5, ({ mine }) => mine === true)
  own.subscribe(() => undefined)
  await vi.waitFor(() => expect(namesIn(own)).toEqual(['b', 'a']))
})
