/** Apps and servers of different versions of one schema. */
import { defineSchema, object, value } from '@react-collab/core'
import { expect, it } from 'vitest'
import { openDevice, startStation, until } from './lab.js'

it('[CON5] an app that is newer than its server says so, names both versions, and goes on when the server has caught up', async () => {
  const version = (n: number) =>
    defineSchema({ book: object({ title: value<string>() }) }, { version: n })
  const options = { schema: version(1) }
  const station = await startStation(options)
  const { client } = openDevice(station.url, { schema: version(2) })
  const { server } = client.peek('book').change({ title: 'new' })
  await until(() => client.status.error !== undefined)
  expect(client.status).toMatchObject({ state: 'offline', unsent: 1 })
  expect(client.status.error).toMatchObject({
    code: 'SERVER_TOO_OLD',
    message: expect.stringMatching(/version 2 .* version 1/) as unknown,
  })
  await station.stop()
  options.schema = version(2)
  await station.start()
  client.reconnect()
  await server
  await until(() => client.status.state === 'synced')
  expect(client.status.error).toBeUndefined()
})
