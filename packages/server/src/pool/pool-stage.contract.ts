/** What the tests of pools share: a server on time that a test moves, and peers of it. */
import {
  formatStamp,
  hashText,
  type ObjectId,
  type Pool as PoolMessage,
  PROTOCOL_VERSION,
  type Replica,
} from '@react-collab/core'
import { expect } from 'vitest'
import { createHost, type Host } from '../host.js'
import { createMemoryEventLog } from '../log/memory-event-log.js'
import { allowAll, type HostOptions } from '../options.js'
import { createMemoryHub, type TestPeer } from '../testing/index.js'
import { Time } from '../time.contract.js'
import { createMemoryPoolStore } from './memory-pool-store.js'
import type { PoolStore } from './pool-store.js'

export const o = 'o' as ObjectId
export const DAY = 86_400_000
export const BEAT = 5_000

export interface Stage {
  readonly time: Time
  readonly host: Host
  readonly store: PoolStore
  readonly log: ReturnType<typeof createMemoryEventLog>
  /** Someone who has joined the object. */
  join(client: string, more?: object, hello?: object): Promise<TestPeer>
}

export function start(options: Partial<HostOptions> = {}, before?: Stage, kept?: PoolStore): Stage {
  const time = before?.time ?? new Time()
  const { platform } = time
  const store = kept ?? before?.store ?? createMemoryPoolStore()
  const log = Object.assign(
    createMemoryEventLog({ ...platform, ...(before && { from: before.log.snapshot() }) }),
    { pools: store },
  )
  const hub = createMemoryHub()
  const host = createHost({ log, platform, hub, options: { authorize: allowAll, ...options } })
  /** What each client was last, which has saved its token. */
  const last = new Map<string, TestPeer>()
  const join = async (client: string, more: object = {}, hello: object = {}) => {
    const generation = last.get(client)?.generation
    const auth = { protocol: PROTOCOL_VERSION, secret: 's', client, generation, ...hello }
    const peer = hub.connect(host, auth)
    last.set(client, peer)
    const joined = peer.ask('join', { object: o, replicas: {}, states: true, pool: true, ...more })
    await time.pass(0)
    await joined
    return peer
  }
  return { time, host, store, log, join }
}

export const nameOf = (client: string): string => hashText(client)
export const toldTo = (peer: TestPeer): PoolMessage[] =>
  peer.received.flatMap((one) => (one.event === 'pool' ? [one.message] : []))

/** The pool as one who hears all sees it, by what each signs in with. */
export function seenBy(peer: TestPeer, clients = ['a', 'b', 'c', 'd']) {
  const seen = new Map<string, PoolMessage['clients'][number]>()
  for (const { whole, clients: told, gone = [] } of toldTo(peer)) {
    if (whole === true) seen.clear()
    for (const one of told) seen.set(one.client, one)
    for (const name of gone) seen.delete(name)
  }
  const ids = new Map(clients.map((client) => [nameOf(client), client]))
  return Object.fromEntries([...seen].map(([name, one]) => [ids.get(name) ?? name, one]))
}

export const connectedOf = (pool: ReturnType<typeof seenBy>): Record<string, boolean> =>
  Object.fromEntries(Object.entries(pool).map(([client, { connected }]) => [client, connected]))

/** Tells how far a client is; the answer to a heartbeat. */
export const tell = (peer: TestPeer, seq: number) =>
  peer.ask('seen', { object: o, cursor: { term: 't', seq } })

const eventOf = (replica: string, n: number, ms: number): unknown => [
  n,
  formatStamp({ ms, counter: 0, replica: replica.padEnd(8, '0') as Replica }),
  [['=', '', 'x', n]],
]

export async function push(
  { time }: Stage,
  peer: TestPeer,
  replica: string,
  n: number,
): Promise<void> {
  const heads = await peer.ask('join', { object: o, replicas: {}, cursor: undefined, pool: true })
  const { term } = heads[1] as { term: string }
  const prev = { [replica.padEnd(8, '0')]: n - 1 }
  const events = [eventOf(replica, n, time.now)]
  const answer = peer.ask('push', { object: o, term, round: 0, prev, events })
  await time.pass(10)
  expect((await answer)[0]).toBeNull()
}

/** Lets heartbeats go by, each answered by these peers. */
export async function live(time: Time, ms: number, peers: readonly TestPeer[], seq: number) {
  for (let passed = 0; passed < ms; passed += BEAT) {
    await time.pass(BEAT)
    for (const peer of peers) void tell(peer, seq)
  }
  await time.pass(0)
}
