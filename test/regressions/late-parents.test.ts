/** What comes before that on which it stands. */
import { defineSchema, object as objectOf, ref, shared, value } from '@react-collab/core'
import { expect, it } from 'vitest'
import { agree, nodePlatform, openDevice, startStation, until } from './lab.js'

const schema = defineSchema({
  board: objectOf({
    tags: shared({ name: value<string>() }),
    todos: shared({ text: value<string>(), tag: ref('tags') }),
  }),
})
const { board: spec } = schema.objects

it('[REG20, SEM415] regression 20: a child before its parent waits, and is shown when that comes', async () => {
  const { url } = await startStation({ schema })
  const [a, b] = [openDevice(url, { schema }), openDevice(url, { schema })]
  const boards = [a, b].map(({ client }) => client.peek('object', spec))
  const [mine, theirs] = boards as [(typeof boards)[0], (typeof boards)[0]]
  await mine.add('todos', { text: 'Milk', tag: 't1' }).server
  await agree([a, b])
  // The cursor has moved on, and nothing was dropped.
  expect(theirs.replica.cursor?.seq).toBe(1)
  expect(theirs.sorted('todos', 'text').read()).toEqual([])
  await mine.update('tags', 't1', { name: 'Food' }).server
  await agree([a, b])
  for (const board of boards)
    expect(board.sorted('todos', 'text').read()).toMatchObject([{ text: 'Milk', tag: 't1' }])
})

it('[REG20, SEM414] regression 20: an update before its create is kept, and both count', async () => {
  const { url } = await startStation()
  // The create is the older one, and comes into the log after the update.
  const a = openDevice(url, { platform: nodePlatform(1, -60_000) })
  const b = openDevice(url)
  await agree([a, b])
  a.client.setOffline(true)
  await until(() => a.client.connection.status === 'offline')
  a.object().add('c', { id: 'r', name: 'created', phone: '1' })
  // A device sets its clock by the server's, and is off by a little of the way: the update is later.
  const created = Date.now()
  await until(() => Date.now() > created + 100)
  await b.object().update('c', 'r', { name: 'updated' }).server
  expect(b.object().row('c', 'r')).toMatchObject({ name: 'updated' })
  a.client.setOffline(false)
  await agree([a, b])
  for (const { object } of [a, b])
    expect(object().row('c', 'r')).toEqual({ id: 'r', name: 'updated', phone: '1' })
})
