import { expect, it } from 'vitest'
import { createMemoryEventLog } from './log/memory-event-log.js'
import { createHost } from './host.js'
import { createMemoryHub } from './testing/index.js'
import { nodePlatform } from './platform.js'
import { allowAll } from './options.js'
import { formatStamp, PROTOCOL_VERSION, type Replica } from '@react-collab/core'

it('[ROOM1] carries an edit from a push to everyone in the room', async () => {
  const hub = createMemoryHub()
  const errors: unknown[] = []
  const platform = nodePlatform((error) => errors.push(error))
  const log = createMemoryEventLog(platform)
  const host = createHost({ log, platform, hub, options: { authorize: allowAll } })
  const a = hub.connect(host, { protocol: PROTOCOL_VERSION, client: 'a', secret: 's' })
  const b = hub.connect(host, { protocol: PROTOCOL_VERSION, client: 'b', secret: 's' })
  const [, joined] = await a.ask('join', { object: 'o', replicas: {} })
  await b.ask('join', { object: 'o', replicas: {} })
  const replica = 'aaaaaaaa' as Replica
  const term = (joined as { term: string }).term
  const event = [1, formatStamp({ ms: Date.now(), counter: 0, replica }), [['=', '', 'x', 1]]]
  const push = { object: 'o', term, round: 0, prev: {}, events: [event] }
  expect(await a.ask('push', push)).toEqual([null, {}])
  await new Promise((resolve) => setTimeout(resolve, 5))
  const entries = [{ object: 'o', term, seq: 1, events: [event] }]
  expect(a.entries()).toEqual(entries)
  expect(b.entries()).toEqual(entries)
  expect(errors).toEqual([])
  await host.close()
  await log.close()
})
