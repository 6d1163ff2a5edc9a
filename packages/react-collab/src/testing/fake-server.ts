import {
  type Cursor,
  type Event,
  eventReplica,
  type Fatal,
  hashText,
  type Join,
  type Joined,
  type ObjectId,
  type PresenceUp,
  PROTOCOL_VERSION,
  type Push,
  type Refusal,
  type Replica,
} from '@react-collab/core'
import { createFakePresence, type FakeSession } from './fake-presence.js'
import { hostPlatform } from '../platform.js'
import type { Socket, SocketEvents, Transport } from '../transport.js'

/** A server in this process: takes every event, unless told otherwise, and forgets with it. */
export interface FakeServer extends Transport {
  /** The events of an object, in the order of its log. */
  log(object: string): readonly Event[]
  /** Gives a reason to refuse an event. */
  refuse?: ((event: Event, object: ObjectId) => string | undefined) | undefined
  /** Leaves pushes without an answer. */
  isSilent?: boolean
  /** Closes all connections, and turns away new ones as long as there is a reason. */
  close(reason: Fatal | undefined): void
}

/** Makes a server that clients of this process use as their transport. */
export function createFakeServer(now: () => number = () => hostPlatform.now()): FakeServer {
  const logs = new Map<string, Event[]>()
  const sessions = new Set<Session>()
  const presence = createFakePresence(sessions)
  let closed: Fatal | undefined

  const logOf = (object: string): Event[] => {
    const log = logs.get(object) ?? []
    logs.set(object, log)
    return log
  }

  function append(object: ObjectId, events: readonly Event[]): void {
    const log = logOf(object)
    const seq = log.length + 1
    log.push(...events)
    for (const { joined, events: to } of sessions)
      if (joined.has(object)) to.message('entries', copyOf({ object, term: TERM, seq, events }))
  }

  function push({ object, events, round }: Push, { rounds }: Session): unknown[] {
    if (round < (rounds.get(object) ?? 0)) return [{ code: 'STALE_ROUND', message: 'too late' }]
    const vv = vvOf(logOf(object))
    const fresh = (events as Event[]).filter((e) => e[0] > (vv[eventReplica(e)] ?? 0))
    const reasons = fresh.map((event) => server.refuse?.(event, object))
    const first = reasons.findIndex((reason) => reason !== undefined)
    append(object, first < 0 ? fresh : fresh.slice(0, first))
    if (first < 0) return [null, {}]
    rounds.set(object, round + 1)
    const refused = reasons.flatMap((message, i): Refusal[] => {
      const index = events.indexOf(fresh[i] as Event)
      return message === undefined ? [] : [{ index, code: 'REFUSED', message }]
    })
    return [{ code: 'REFUSED', message: 'refused', refused }]
  }

  const server: FakeServer = {
    log: logOf,
    close(reason) {
      closed = reason
      const all = [...sessions]
      for (const session of all) leave(session)
      for (const { events } of all) end(events, closed)
    },
    open({ client }, events): Socket {
      const session: Session = {
        events,
        client,
        joined: new Set(),
        rounds: new Map(),
        tell: (message) => events.message('presence', copyOf(message)),
      }
      void Promise.resolve().then(() => {
        if (closed !== undefined) return end(events, closed)
        sessions.add(session)
        events.up()
        events.message('welcome', { ...welcome, now: now() })
      })
      return {
        close: () => leave(session),
        emit(event, message, ack) {
          if (!sessions.has(session)) return
          const up = copyOf(message)
          if (event === 'join') {
            queueMicrotask(() => answerJoin(up as Join, session, ack))
          } else if (event === 'presence') {
            presence.hear(session, up as PresenceUp)
            ack?.([null, {}])
          } else if (event === 'push' && server.isSilent !== true) ack?.(push(up as Push, session))
        },
      }
    },
  }

  function leave(session: Session): void {
    if (sessions.delete(session)) presence.left(session)
  }

  function answerJoin(join: Join, session: Session, ack?: (answer: unknown) => void): void {
    const { object, cursor } = join
    ack?.(copyOf([null, { ...joinedOf(logOf(object), join), session: 1, now: now() }]))
    session.joined.add(object)
    session.rounds.delete(object)
    presence.joined(session, object)
    // Whoever awaits the answer goes first.
    queueMicrotask(() => sendAfter(cursor, object, session.events))
  }

  function sendAfter(cursor: Cursor | undefined, object: ObjectId, to: SocketEvents): void {
    const seq = (cursor?.seq ?? 0) + 1
    const events = logOf(object).slice(seq - 1)
    if (events.length > 0) to.message('entries', copyOf({ object, term: TERM, seq, events }))
  }

  return server
}

interface Session extends FakeSession {
  readonly events: SocketEvents
  readonly joined: Set<ObjectId>
  /** After a refusal only later rounds are taken. */
  readonly rounds: Map<ObjectId, number>
}

const TERM = 'fake'

const welcome = {
  protocol: PROTOCOL_VERSION,
  generation: 'fake',
  principal: 'fake',
  heartbeatMs: 5000,
  pushBytes: 100_000,
}

const copyOf = <T>(message: T): T => JSON.parse(JSON.stringify(message)) as T

function end(events: SocketEvents, reason: Fatal | undefined): void {
  if (reason !== undefined) events.message('fatal', reason)
  events.down('closed')
}

function vvOf(log: readonly Event[]): Record<Replica, number> {
  const vv: Record<Replica, number> = {}
  for (const event of log) vv[eventReplica(event)] = event[0]
  return vv
}

function joinedOf(log: readonly Event[], { replicas }: Join): Omit<Joined, 'now' | 'session'> {
  const own = log.filter((event) => event[0] >= (replicas[eventReplica(event)] ?? Infinity))
  const hashes: Record<Replica, [number, string][]> = {}
  for (const event of own)
    (hashes[eventReplica(event)] ??= []).push([event[0], hashText(JSON.stringify(event))])
  return { term: TERM, head: log.length, reset: false, vv: vvOf(own), hashes }
}
