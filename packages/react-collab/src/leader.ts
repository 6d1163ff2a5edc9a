import {
  CollabError,
  createReplica,
  type Event,
  type HelloDown,
  type HelloUp,
  messages,
  type ObjectId,
  type OwnerSets,
  ProtocolError,
  PROTOCOL_VERSION,
  RefusedError,
  readEvents,
  type StorageError,
} from '@react-collab/core'
import { AccountGuard } from './account-guard.js'
import { isBranch } from './branch-id.js'
import { anything, type Connection, createConnection } from './connection.js'
import { Link, type LinkHost } from './link.js'
import type { Platform } from './platform.js'
import type { Pools } from './pool/pools.js'
import { PresenceLine } from './presence/presence-line.js'
import type { Presences } from './presence/presences.js'
import type { Replica } from './replica.js'
import type { Retired } from './standing.js'
import type { ServerClock } from './server-clock.js'
import type { Identity, LocalStore } from './store/store.js'
import type { LeadReport, TabMessage } from './tabs.js'
import type { Transport } from './transport.js'
import { asStorageError } from './writer.js'

/** Heartbeats without a word from the server after which its connection is dropped. */
const SILENT_BEATS = 4

/** Whom a leader tells, and what it works with. */
export interface LeaderHost {
  readonly platform: Platform
  readonly store: LocalStore
  readonly transport: Transport
  readonly lead: number
  readonly identity: Identity
  /** This disk has become a client of its own. */
  readonly forked: () => void
  readonly schemaVersion: number | undefined
  readonly token: () => Promise<string | undefined>
  /** Who is signed in, in the app's words. */
  readonly account: string | undefined
  /** Whether the token may be another when it is asked for again. */
  readonly canRenew: () => boolean
  readonly clock: ServerClock
  readonly presences: Presences
  readonly pools: Pools
  readonly post: (message: TabMessage) => void
  readonly rejected: () => unknown
  /** Others have overwritten values; what is told of them on disk has changed. */
  readonly overwritten: (object: ObjectId) => void
  /** The server says whose rows may be written here. */
  readonly owners: (sets: OwnerSets) => void
  readonly trouble: (error: StorageError | undefined) => void
  readonly fenced: () => void
  readonly changed: () => void
}

/** The tab that drives the connection for all tabs of the client. */
export interface Leader {
  readonly report: LeadReport
  readonly connection: Connection
  readonly presence: PresenceLine
  /** Serves an object; it must have been loaded. A branch stays on this device. */
  link(replica: Replica): void
  unlink(object: ObjectId): void
  /** Asks the server for the clients of an object. */
  askPool(object: ObjectId): void
  /** Parks what waits behind the hold of an object. */
  giveUp(object: ObjectId): Promise<void>
  /** Removes an object for everyone; rejects with `RefusedError` when the server does not let this client. */
  remove(object: ObjectId): Promise<void>
  /** Connects now; `fresh` drops a connection that seems open. */
  reconnect(fresh: boolean): void
  /** The token is another: lifts what was held for want of it. */
  authorized(): Promise<void>
  /** Makes this disk a client of its own: another copy of it is at work (R9). */
  fork(): Promise<void>
  /** Whoever is signed in may have what was written while nobody was. */
  adopt(): void
  /** Brings all that was received to the disk, and stops. */
  close(): Promise<void>
  /** Stops at once: another tab leads. */
  stop(): void
}

/** Makes a leader; `offline` keeps it from connecting. */
export function createLeader(host: LeaderHost, offline: boolean): Leader {
  const links = new Map<ObjectId, Link>()
  let { identity } = host
  let forking: Promise<void> | undefined
  /** Another copy of this disk was found, and it is not a client of its own yet. */
  let isCopy = false
  /** Counts welcomes, so that what belongs to an earlier one is known as such. */
  let welcomes = 0
  /** The token of this connection is saved: objects may be joined. */
  let isAdmitted = false
  let cancelWatch: (() => void) | undefined
  const connection = createConnection(host.transport, {
    platform: host.platform,
    hello,
    canRenew: host.canRenew,
    welcome,
    refused: (code) => {
      if (code === 'CLIENT_FORKED' || code === 'FORGED_CLIENT') isCopy = true
    },
    ended: (code) => {
      welcomes += 1
      isAdmitted = false
      cancelWatch?.()
      links.forEach((link) => link.disconnect(code))
      presence.ended()
    },
    message: (event, message) => guarded(() => receive(event, message)),
    changed: host.changed,
  })
  const { store, lead } = host
  const guard = new AccountGuard({ store, lead, failed, connection })
  const presence = new PresenceLine({
    platform: host.platform,
    connection,
    presences: host.presences,
    client: () => identity.client,
  })
  const joined = (object: ObjectId): void => presence.joined(object)
  const wantsPool = (object: ObjectId): boolean => host.pools.isWanted(object)
  const retired = (): Retired => identity.retired
  const linkHost: LinkHost = { ...host, connection, joined, wantsPool, retired, fork }

  async function hello(): Promise<HelloUp> {
    // Also where it has failed: the disk is asked again.
    if (isCopy) await fork()
    await forking
    const token = await host.token()
    guard.hello(token)
    const { client, secret, generation, owners } = identity
    const schema = host.schemaVersion
    return { protocol: PROTOCOL_VERSION, schema, client, secret, generation, token, owners }
  }

  function fork(): Promise<void> {
    isCopy = true
    forking ??= forkOnDisk().finally(() => {
      forking = undefined
    })
    return forking
  }

  async function forkOnDisk(): Promise<void> {
    connection.restart()
    const { id, random } = host.platform
    try {
      identity = await host.store.fork(host.lead, { id, replica: () => createReplica(random) })
    } catch (error) {
      failed(error)
      throw error
    }
    isCopy = false
    host.forked()
  }

  function welcome(message: HelloDown): void {
    host.clock.hear(message.now)
    watch(message.heartbeatMs)
    presence.welcome(message)
    if (message.owners !== undefined) host.owners(message.owners)
    const mine = ++welcomes
    isAdmitted = false
    // Whoever joins has saved its token: else what a crash leaves would look like an old copy (R9).
    void admit(message).then((mayEnter) => {
      if (!mayEnter) return
      isAdmitted = mine === welcomes && connection.state.status === 'online'
      if (isAdmitted) links.forEach((link) => link.connect())
    })
  }

  async function admit(message: HelloDown): Promise<boolean> {
    const { client, principal } = identity
    const mine = welcomes
    const isCurrent = (): boolean => mine === welcomes && client === identity.client
    const account = await guard.admit(message, identity, isCurrent)
    if (account === undefined) return false
    await saveGeneration(message)
    const isNamed = account === '' || identity.account === host.account
    const isKnown = principal === account && isNamed
    if (!isKnown && client === identity.client) await saveAccount(account)
    return true
  }

  async function saveAccount(principal: string): Promise<void> {
    const account = principal === '' ? undefined : host.account
    identity = { ...identity, principal, ...(account !== undefined && { account }) }
    await guard.save(principal, account)
  }

  async function saveGeneration({ generation, owners }: HelloDown): Promise<void> {
    const { client } = identity
    try {
      await host.store.saveGeneration(host.lead, generation, owners)
    } catch (error) {
      failed(error)
    }
    // On a disk that takes nothing it counts as long as this process lives.
    if (client === identity.client) identity = { ...identity, generation }
  }

  /** A server that misses several heartbeats is not there, whatever the socket says. */
  function watch(heartbeatMs: number, silent = 0): void {
    cancelWatch?.()
    const { received } = connection
    cancelWatch = host.platform.timer(heartbeatMs, () => {
      const beats = connection.received === received && links.size > 0 ? silent + 1 : 0
      if (beats === SILENT_BEATS) connection.restart()
      else watch(heartbeatMs, beats)
    })
  }

  function failed(error: unknown): void {
    const trouble = asStorageError(error)
    if (trouble.code === 'FENCED') host.fenced()
    else host.trouble(trouble)
  }

  /** What the server sends is no more trusted than what clients send it. */
  function guarded(read: () => void): void {
    try {
      read()
    } catch (error) {
      host.platform.report(error)
      if (error instanceof CollabError) connection.restart()
    }
  }

  function receive(event: string, message: unknown): void {
    if (event === 'entries') receiveEntries(message)
    else if (event === 'echo') receiveEcho(message)
    else if (event === 'state') receiveState(message)
    else if (event === 'digest') receiveDigest(message)
    else if (event === 'removed') receiveRemoved(message)
    else if (event === 'heads') receiveHeads(message)
    else if (event === 'presence') presence.receive(message)
    else if (event === 'pool') host.pools.receive(messages.pool.read(message, 'pool'))
  }

  function receiveEntries(message: unknown): void {
    const { object, term, seq, events, more } = messages.entries.read(message, 'entries')
    const [wrong] = readEvents(events)
    if (wrong !== undefined)
      throw new ProtocolError(
        wrong.error.code,
        `entry ${seq + wrong.index}: ${wrong.error.message}`,
      )
    const link = links.get(object)
    link?.receive({ term, seq, events: events as readonly Event[] })
    if (more === true) link?.tellKept()
  }

  function receiveEcho(message: unknown): void {
    const echo = messages.echo.read(message, 'echo')
    links.get(echo.object)?.echo(echo)
  }

  function receiveState(message: unknown): void {
    const state = messages.state.read(message, 'state')
    links.get(state.object)?.receivePage(state)
  }

  function receiveDigest(message: unknown): void {
    const digest = messages.digest.read(message, 'digest')
    links.get(digest.object)?.integrity.differs(digest)
  }

  function receiveRemoved(message: unknown): void {
    const { object } = messages.removed.read(message, 'removed')
    void links.get(object)?.removed()
  }

  function receiveHeads(message: unknown): void {
    const { heads, now } = messages.heads.read(message, 'heads')
    host.clock.hear(now)
    for (const [object, link] of links) link.heads(heads[object]).catch(failed)
    host.post({ type: 'lead', report: report() })
    presence.beat()
  }

  function report(): LeadReport {
    const objects = Object.fromEntries([...links].map(([object, link]) => [object, link.report]))
    return { connection: connection.state, objects }
  }

  function stop(): void {
    cancelWatch?.()
    for (const link of links.values()) link.close()
    connection.want(false)
    presence.stop()
  }

  connection.want(!offline)
  return {
    get report() {
      return report()
    },
    connection,
    presence,
    link(replica) {
      if (links.has(replica.object) || isBranch(replica.object)) return
      const link = new Link(replica, linkHost)
      links.set(replica.object, link)
      if (isAdmitted) link.connect()
      host.changed()
    },
    unlink(object) {
      links.get(object)?.close()
      presence.left(object)
      if (links.delete(object)) connection.send('leave', { object })
    },
    askPool: (object) => links.get(object)?.askPool(),
    async remove(object) {
      const [failure] = await connection.request('remove', { object }, anything)
      if (failure !== null) throw new RefusedError(failure.code, failure.message)
    },
    fork,
    adopt() {
      guard.adopt()
      connection.retry()
    },
    giveUp: async (object) => links.get(object)?.giveUp(),
    reconnect(fresh) {
      if (fresh) connection.restart()
      connection.retry()
    },
    async authorized() {
      const token = await host.token()
      // A hello that is on its way has the token from before.
      if (connection.state.status !== 'online') return connection.renew()
      if (token !== undefined) connection.authorize(token)
      // Nobody's line is another one.
      else connection.restart()
      links.forEach((link) => link.release())
    },
    async close() {
      await Promise.all([...links.values()].map((link) => link.flushed()))
      stop()
    },
    stop,
  }
}
