import {
  applyEvent,
  canonicalState,
  createObjectState,
  type Event,
  type Joined,
  type ObjectId,
  type ObjectState,
  PROTOCOL_VERSION,
  type Replica,
  type State,
  unpackStatePage,
} from '@react-collab/core'
import { afterEach, expect, it } from 'vitest'
import { createHost, type Host } from './host.js'
import { makeHistory } from './log/history.contract.js'
import { createMemoryEventLog, type MemoryEventLog } from './log/memory-event-log.js'
import { compactAll, pruneAll, stateOf } from './log/state.contract.js'
import { allowAll, type HostOptions } from './options.js'
import { nodePlatform } from './platform.js'
import { createMemoryHub, type TestPeer } from './testing/index.js'

const o = 'object-1' as ObjectId
const errors: unknown[] = []
const hosts: Host[] = []
afterEach(async () => {
  for (const host of hosts.splice(0)) await host.close()
  expect(errors.splice(0)).toEqual([])
})

const pause = (ms = 2): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))

async function until(isTrue: () => boolean): Promise<void> {
  for (let i = 0; i < 1_000 && !isTrue(); i++) await pause()
  expect(isTrue()).toBe(true)
}

function start(log?: MemoryEventLog, limits: HostOptions['limits'] = {}, heartbeatMs = 20) {
  const platform = { ...nodePlatform((error) => errors.push(error)), now: () => 1_700_000_000_000 }
  const own = log ?? createMemoryEventLog(platform)
  const hub = createMemoryHub()
  const options = { authorize: allowAll, limits, heartbeatMs }
  const host = createHost({ log: own, platform, hub, options })
  hosts.push(host)
  /** What each client was last, which has saved its token. */
  const before = new Map<string, TestPeer>()
  const connect = (client: string): TestPeer => {
    const generation = before.get(client)?.generation
    const peer = hub.connect(host, { protocol: PROTOCOL_VERSION, secret: 's', client, generation })
    before.set(client, peer)
    return peer
  }
  return { log: own, host, connect }
}

async function join(peer: TestPeer, more: object = {}): Promise<Joined> {
  const message = { object: o, replicas: {}, states: true, ...more }
  const [failure, joined] = await peer.ask('join', message)
  if (failure !== null) throw new Error(failure.code)
  return joined as Joined
}

/** Writes events as one client does. */
async function createWriter(peer: TestPeer) {
  const { term } = await join(peer)
  const prev: Record<string, number> = {}
  return async (events: readonly Event[]): Promise<void> => {
    for (let at = 0; at < events.length; at += 50) {
      const next = events.slice(at, at + 50)
      const push = { object: o, term, round: 0, prev: { ...prev }, events: next }
      for (const [n, stamp] of next) prev[stamp.slice(12)] = n
      expect((await peer.ask('push', push))[0]).toBeNull()
    }
  }
}

const pagesOf = (peer: TestPeer): State[] =>
  peer.received.flatMap((one) => (one.event === 'state' ? [one.message] : []))

/** What a client makes of all that came down; throws when something is missing. */
function received(peer: TestPeer, state: ObjectState = createObjectState(), from = 0) {
  let seq = from
  let page = 0
  let isLoading = false
  for (const one of peer.received) {
    if (one.event === 'state') {
      const { rows, end, page: number } = one.message
      if (number !== ++page) throw new Error(`page ${number} came instead of ${page}`)
      unpackStatePage(rows, (key, row) => state.rows.set(key, row))
      isLoading = end === undefined
      if (end !== undefined) seq = end.seq
      for (const [writer, n] of Object.entries(end?.vv ?? {})) state.vv.set(writer as Replica, n)
    } else if (one.event === 'entries') {
      if (isLoading || one.message.seq > seq + 1) throw new Error(`entries ${one.message.seq}`)
      for (const event of one.message.events.slice(seq + 1 - one.message.seq)) {
        applyEvent(state, event)
        seq += 1
      }
    }
  }
  return { seq, text: canonicalState(state) }
}

it('[CMP11] sends rows page by page, then the entries after them, then what comes', async () => {
  const { log, connect } = start(undefined, { stateRows: 3 })
  const events = makeHistory(11, 200)
  const write = await createWriter(connect('writer'))
  await write(events.slice(0, 120))
  await compactAll(log)
  await pruneAll(log)
  await write(events.slice(120, 150))
  const reader = connect('reader')
  const joined = await join(reader)
  await until(() => received(reader).seq === 150)
  await write(events.slice(150))
  await until(() => received(reader).seq === 200)
  expect(received(reader).text).toBe(canonicalState(stateOf(events)))
  const pages = pagesOf(reader)
  const places = pages.map(({ place }) => place)
  expect([joined.state! > 6, pages.length]).toEqual([true, Math.ceil(joined.state! / 3)])
  expect(places.map((place) => place?.term)).toEqual(pages.map(() => joined.term))
  expect(pages.map(({ end }) => end?.seq)).toEqual([...pages.slice(1).map(() => undefined), 120])
})

it('[CMP11] sends an empty page where only numbers have changed', async () => {
  const { log, connect } = start()
  const write = await createWriter(connect('writer'))
  const late = makeHistory(1, 1).map(
    ([n, stamp]): Event => [n, stamp, [['=', '' as never, 'x', 1]]],
  )
  const lost = late.map(
    ([, stamp]): Event => [
      1,
      `000000001000${'lost0000'}` as typeof stamp,
      [['=', '' as never, 'x', 2]],
    ],
  )
  await write(late)
  await write(lost)
  await compactAll(log)
  await pruneAll(log)
  const reader = connect('reader')
  const joined = await join(reader, { cursor: { term: (await log.head(o)).term, seq: 1 } })
  expect(joined.state).toBe(0)
  await until(() => pagesOf(reader).length === 1)
  const [page] = pagesOf(reader)
  expect([page?.place, page?.end?.seq]).toEqual([undefined, 2])
  expect(received(reader, stateOf(late), 1)).toEqual({
    seq: 2,
    text: canonicalState(stateOf([...late, ...lost])),
  })
})

it('[CMP12] sends as many pages ahead as were seen quickly, and then entries', async () => {
  const { log, connect } = start(undefined, { stateRows: 1, pageEvents: 2 })
  const events = makeHistory(12, 160)
  const write = await createWriter(connect('writer'))
  await write(events.slice(0, 120))
  await compactAll(log)
  await pruneAll(log)
  await write(events.slice(120))
  const reader = connect('reader')
  const { term } = await join(reader, { paced: true })
  const seen = (page: number, seq = 0) =>
    reader.ask('seen', { object: o, cursor: { term, seq }, page })
  await until(() => pagesOf(reader).length === 2)
  await pause(30)
  expect(pagesOf(reader).length).toBe(2)
  await seen(0)
  await pause(30)
  expect(pagesOf(reader).length).toBe(2)
  await seen(1)
  await until(() => pagesOf(reader).length === 4)
  while (pagesOf(reader).at(-1)?.end === undefined) await seen(pagesOf(reader).at(-1)!.page)
  const last = pagesOf(reader).at(-1)!
  await pause(30)
  const before = reader.entries().length
  expect(before).toBeLessThan(18)
  await seen(last.page, 120)
  for (let seq = 0; seq < 160; await pause()) {
    ;({ seq } = received(reader))
    await seen(last.page, seq)
  }
  expect(received(reader).text).toBe(canonicalState(stateOf(events)))
})

it('[CMP5] goes on behind the last place after a cut, and begins anew in another term', async () => {
  const { log, connect } = start(undefined, { stateRows: 2 })
  const events = makeHistory(13, 200)
  const write = await createWriter(connect('writer'))
  await write(events.slice(0, 150))
  await compactAll(log)
  await pruneAll(log)
  const first = connect('reader')
  const { state: whole } = await join(first, { paced: true })
  await until(() => pagesOf(first).length === 2)
  first.disconnect()
  const state = createObjectState()
  for (const { rows } of pagesOf(first))
    unpackStatePage(rows, (key, row) => state.rows.set(key, row))
  await write(events.slice(150))
  await compactAll(log)
  const from = pagesOf(first).at(-1)?.place
  const second = connect('reader')
  const { state: rest } = await join(second, { from })
  await until(() => received(second).seq === 200)
  expect(received(second, state).text).toBe(canonicalState(stateOf(events)))
  expect([rest! < whole! + 12, pagesOf(second).length < whole!]).toEqual([true, true])

  const next = start(
    createMemoryEventLog({ now: () => 0, random: Math.random, from: log.snapshot() }),
  )
  const third = next.connect('reader')
  await join(third, { from })
  await until(() => received(third).seq === 200)
  expect(received(third).text).toBe(canonicalState(stateOf(events)))
})

it('[CMP3] loses nothing when compacting and pruning go on while somebody loads', async () => {
  const { log, connect } = start(undefined, { stateRows: 1 })
  const events = makeHistory(14, 400)
  const write = await createWriter(connect('writer'))
  await write(events.slice(0, 200))
  await compactAll(log)
  await pruneAll(log)
  const reader = connect('reader')
  const { term } = await join(reader, { paced: true })
  for (let at = 200; at < 400; at += 5) {
    await write(events.slice(at, at + 5))
    await log.compact(o)
    const page = pagesOf(reader).at(-1)?.page ?? 0
    await reader.ask('seen', { object: o, cursor: { term, seq: received(reader).seq }, page })
    await pause(0)
  }
  for (let seq = 0; seq < 400; await pause()) {
    ;({ seq } = received(reader))
    const page = pagesOf(reader).at(-1)?.page ?? 0
    await reader.ask('seen', { object: o, cursor: { term, seq }, page })
  }
  expect(received(reader).text).toBe(canonicalState(stateOf(events)))
})

it('[CMP7] ends the line of who reads entries that are gone, so that he joins again', async () => {
  const { log, connect } = start(undefined, { pageEvents: 10 })
  const write = await createWriter(connect('writer'))
  await write(makeHistory(15, 200))
  const reader = connect('reader')
  const { term } = await join(reader, { paced: true, states: false })
  await until(() => reader.entries().length === 2)
  await compactAll(log)
  await pruneAll(log)
  await reader.ask('seen', { object: o, cursor: { term, seq: 20 } })
  await until(() => reader.isClosed)
  expect(reader.fatal).toBeUndefined()
  const [failure] = await connect('reader').ask('join', { object: o, replicas: {} })
  expect(failure?.code).toBe('CLIENT_TOO_OLD')
})

it('[CMP7] ends the lines of a room that was not told of entries that are gone', async () => {
  // The room looks when all is done.
  const { log, connect } = start(undefined, {}, 1_000)
  const other = start(log)
  const events = makeHistory(16, 100)
  const reader = connect('reader')
  await join(reader)
  const write = await createWriter(other.connect('writer'))
  await write(events)
  await compactAll(log)
  await pruneAll(log)
  await until(() => reader.isClosed)
  const again = connect('reader')
  await join(again)
  await until(() => received(again).seq === 100)
  expect(received(again).text).toBe(canonicalState(stateOf(events)))
})
