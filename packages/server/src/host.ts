import type { ObjectId } from '@react-collab/core'
import { type ClientRegistry, createClientRegistry } from './clients/client-registry.js'
import { createMemoryClientDisk } from './clients/memory-client-disk.js'
import { defaultLimits, type Limits } from './limits.js'
import type { EventLog } from './log/event-log.js'
import type { HostOptions } from './options.js'
import type { Hub, Peer, SessionHandle } from './peer.js'
import type { Platform } from './platform.js'
import { createMemoryPoolStore } from './pool/memory-pool-store.js'
import { Pools } from './pool/pools.js'
import { createPolicy } from './policy.js'
import { Purging, targetsOf } from './purging.js'
import { Rooms } from './rooms.js'
import { defaultRetention } from './retention.js'
import { Session } from './session.js'
import { createUpkeep } from './upkeep.js'

/** The parts of a host that its surroundings give. */
export interface HostParts {
  readonly log: EventLog
  readonly platform: Platform
  readonly hub: Hub
  readonly options: HostOptions
  /** Who is known; without it, nobody is, when the host begins. */
  readonly clients?: ClientRegistry | undefined
}

/** Serves sessions over any transport. */
export interface Host {
  /** Takes a new connection; `handshake` is what it brought, unread. */
  connect(peer: Peer, handshake: unknown): SessionHandle
  /** What it holds at the moment. */
  readonly counts: { readonly sessions: number; readonly objects: number }
  /**
   * The seq of an object that all its clients have who are not stale, beyond its log where all are;
   * undefined where none are known.
   */
  acknowledged(object: ObjectId): Promise<number | undefined>
  /** Removes an object: all that have joined it are told, and nothing of it is left. */
  remove(object: ObjectId): Promise<void>
  /**
   * Lets rows of an object go for good that were deleted longer ago, in ms; tells whether there were any.
   * Then whoever has it open loads all of it.
   */
  purge(object: ObjectId, olderThanMs: number): Promise<boolean>
  /** Ends the connections of a principal; tells how many there were. */
  disconnect(principal: string): number
  /** Answers what was pushed, tells all peers SHUTTING_DOWN; the log stays open. */
  close(): Promise<void>
}

const closeMs = 3_000
/** Seven days. */
const STALE_AFTER_MS = 604_800_000

/** Makes a host: the whole server but for its transport. */
export function createHost({ log, platform, hub, options, ...rest }: HostParts): Host {
  const clients = rest.clients ?? createClientRegistry(createMemoryClientDisk(), platform)
  const limits: Limits = { ...defaultLimits, ...options.limits }
  const page = { events: limits.pageEvents, bytes: limits.pageBytes }
  const { staleAfterMs = STALE_AFTER_MS } = options
  const store = log.pools ?? createMemoryPoolStore()
  const pools = new Pools({ store, platform, staleAfterMs })
  const rooms = new Rooms({ log, hub, platform, page, pools })
  const sessions = new Set<Session>()
  const heartbeatMs = options.heartbeatMs ?? 5_000
  const policy = createPolicy(options, platform)
  const retention = { ...defaultRetention, ...options.retention }
  const acknowledged = (object: ObjectId) => pools.acknowledged(object)
  const kept = targetsOf(options.schema)
  const { purgeDeletedAfterMs: afterMs } = options
  const purging = afterMs === undefined ? undefined : new Purging({ platform, afterMs, purge })
  const upkeep = createUpkeep({ log, platform, retention, acknowledged, purging })
  async function purge(object: ObjectId, olderThanMs: number): Promise<boolean> {
    // Where it fails nobody knows what the disk has done.
    let wereThere = true
    try {
      wereThere = await log.purge(object, { before: platform.now() - olderThanMs, kept })
    } finally {
      if (wereThere) for (const session of sessions) session.dismiss(object)
    }
    return wereThere
  }

  async function remove(object: ObjectId): Promise<void> {
    await log.remove(object)
    for (const session of sessions) session.removed(object)
    upkeep.removed(object)
    await pools.forget(object)
  }

  const shared = { log, clients, platform, rooms, options, policy, limits, heartbeatMs }
  const parts = { ...shared, remove, upkeep }
  let stopBeat = platform.timer(heartbeatMs, beat)
  let isClosing = false

  function beat(): void {
    stopBeat = platform.timer(heartbeatMs, beat)
    rooms.beat()
    for (const session of sessions) session.beat()
  }

  function connect(peer: Peer, handshake: unknown): SessionHandle {
    const session = new Session(peer, { ...parts, ended: () => sessions.delete(session) })
    sessions.add(session)
    if (isClosing) session.shutDown()
    else session.open(handshake)
    return session
  }

  async function close(): Promise<void> {
    if (isClosing) return
    isClosing = true
    stopBeat()
    upkeep.stop()
    const late = new Promise<void>((resolve) => platform.timer(closeMs, resolve))
    await Promise.race([late, Promise.all([...sessions].map((session) => session.settle()))])
    for (const session of sessions) session.shutDown()
    await pools.end()
  }

  return {
    connect,
    close,
    remove,
    purge,
    acknowledged,
    disconnect: (principal) => [...sessions].filter((session) => session.turnOut(principal)).length,
    get counts() {
      return { sessions: sessions.size, objects: rooms.size }
    },
  }
}
