import {
  createReplica,
  type EventMeta,
  type ObjectId,
  objectId,
  type ObjectSpec,
  type Schema,
  type StorageError,
  UsageError,
} from '@react-collab/core'
import type { ConnectionState } from './connection.js'
import type { Edit, Written } from './edit.js'
import { createLeader, type Leader } from './leader.js'
import { createListeners, type Unsubscribe } from './listeners.js'
import { type Desk, OpenObject } from './open-object.js'
import type { Platform } from './platform.js'
import type { ReplicaHost } from './replica.js'
import { SharedObject } from './shared-object.js'
import { statusOf, type SyncStatus } from './status.js'
import type { LocalStore, Rejected } from './store/store.js'
import type { LeadReport, TabMessage, Tabs } from './tabs.js'
import type { Transport } from './transport.js'
import { asStorageError, createWriter, type Writer } from './writer.js'

/** How long an object stays open after its last user has left. */
const LINGER_MS = 2000
/** How often a tab tells the leader what it holds open; twice that unheard, and it is forgotten. */
const WANT_MS = 20_000
/** A wall clock that differs less from the server's is left alone. */
const CLOCK_TOLERANCE_MS = 2000

/** Gives the token for the server's `authenticate`. */
export type TokenSource = string | (() => string | undefined | Promise<string | undefined>)

/** What a client is made of. */
export interface ClientParts {
  readonly platform: Platform
  readonly transport: Transport
  readonly tabs: Tabs
  openStore(onTrouble: (trouble: StorageError | undefined) => void): Promise<LocalStore>
  readonly schema?: Schema | undefined
  readonly token?: TokenSource | undefined
  readonly offline?: boolean | undefined
  /** Called once, at the first edit. */
  onFirstEdit?(): void
}

/** What waits to be sent, and what was refused. */
export interface OutboxView {
  readonly pending: readonly PendingEdit[]
  readonly rejected: readonly Rejected[]
}

/** An edit that is not yet in the log. */
export interface PendingEdit {
  readonly object: ObjectId
  readonly patches: Edit['patches']
  /** When it was made, ms since the Unix epoch. */
  readonly at: number
  /** On its way to the disk; on disk; or taken by the server and not seen in the log yet. */
  readonly state: 'saving' | 'waiting' | 'accepted'
}

/**
 * A device's copy of everything it has opened: reads and writes with or without a network.
 *
 * One per page, or per process; tabs of one browser share a disk, and one of them the connection.
 */
export interface Client {
  readonly status: SyncStatus
  readonly connection: ConnectionState
  readonly outbox: OutboxView
  /** Whether edits survive the end of this process. */
  readonly durable: boolean
  /** Opens an object until `close` is called; opening is counted. */
  open(id: string, spec?: ObjectSpec): { readonly object: SharedObject; close(): void }
  /**
   * Gives an object to read or write at once, without holding it open: what a render may do.
   *
   * Unheld it stays open for some seconds at least, and longer while it has edits to bring away.
   */
  peek(id: string, spec?: ObjectSpec): SharedObject
  /** Resolves when the object was read from disk; rejects with a `StorageError`. */
  loaded(id: string): Promise<void>
  /** Calls `listener` when status, connection, outbox or readiness changed. */
  subscribe(listener: () => void): Unsubscribe
  /** Goes offline, or comes back; remembered by nobody. */
  setOffline(offline: boolean): void
  /** Takes another token, and lifts what waited for it. */
  setToken(token: TokenSource | undefined): void
  /** Connects now, without waiting out the delay. */
  reconnect(): void
  /** Makes a refused edit again, as a new edit. */
  retry(key: number): Promise<Written>
  /** Forgets a refused edit for good. */
  discard(key: number): Promise<void>
  /** Edits that are not on disk yet: leaving now would lose them. */
  readonly unsaved: number
  /** Brings all edits to the disk, and ends. */
  close(): Promise<void>
}

/** Puts a client together from its parts. */
export function createClientFrom(parts: ClientParts): Client {
  return new ClientImpl(parts)
}

class ClientImpl implements Client {
  readonly #parts: ClientParts
  readonly #objects = new Map<ObjectId, OpenObject>()
  readonly #shared = new Map<ObjectId, SharedObject>()
  readonly #changes: ReturnType<typeof createListeners>
  readonly #tab: string
  readonly #desk: Promise<Desk>
  readonly #host: ReplicaHost
  /** What an object may hold that is named without its kind: what any kind may. */
  readonly #anySpec: ObjectSpec | undefined
  #store: LocalStore | undefined
  #writer: Writer | undefined
  #leader: Leader | undefined
  #report: LeadReport = { connection: { status: 'offline' }, objects: {} }
  #trouble: StorageError | undefined
  #rejected: readonly Rejected[] = []
  #token: TokenSource | undefined
  #offline: boolean
  #offsetMs = 0
  #serverNow = 0
  #edited = false
  #closed = false
  #cancelWant: (() => void) | undefined
  #telling = false
  #status: SyncStatus | undefined
  #outbox: OutboxView | undefined

  constructor(parts: ClientParts) {
    const { platform, schema } = parts
    this.#parts = parts
    this.#token = parts.token
    this.#offline = parts.offline ?? false
    this.#tab = platform.id()
    this.#changes = createListeners(platform.report)
    this.#anySpec = schema && Object.assign({}, ...Object.values(schema.objects))
    const meta: EventMeta | undefined = schema && { v: schema.version }
    this.#host = {
      platform,
      meta,
      now: () => platform.now() + this.#offsetMs,
      unsaved: (replica) => {
        this.#firstEdit()
        this.#writer?.enqueue(replica)
        this.#changed()
      },
    }
    this.#desk = this.#start()
    this.#desk.catch((error: unknown) => this.#failed(error))
  }

  get status(): SyncStatus {
    const objects = [...this.#objects.values()]
    this.#status ??= statusOf({
      ready: this.#store !== undefined && objects.every((open) => open.replica.ready),
      unsaved: this.unsaved,
      unsent: this.#unsent(),
      rejected: this.#rejected.length,
      connection: this.connection,
      links: Object.values(this.#report.objects),
      trouble: this.#trouble,
    })
    return this.#status
  }

  /** Pending edits of the objects open here, and of those that only the leader holds open. */
  #unsent(): number {
    let sum = 0
    for (const open of this.#objects.values()) sum += open.replica.visible.pending.size
    for (const [object, link] of Object.entries(this.#report.objects)) {
      if (!this.#objects.has(object as ObjectId)) sum += link.pending
    }
    return sum
  }

  get connection(): ConnectionState {
    return this.#report.connection
  }

  get outbox(): OutboxView {
    this.#outbox ??= { pending: this.#pending(), rejected: this.#rejected }
    return this.#outbox
  }

  get durable(): boolean {
    return this.#store?.durable ?? false
  }

  get unsaved(): number {
    let count = 0
    for (const open of this.#objects.values()) {
      if (open.replica.hasUnsaved) count += open.replica.unsaved.length
    }
    return count
  }

  #pending(): PendingEdit[] {
    return [...this.#objects.values()].flatMap((open) =>
      [...open.replica.visible.pending.values()].map((edit) => ({
        object: open.replica.object,
        patches: edit.patches,
        at: edit.at,
        state: edit.stage === 'saving' ? 'saving' : edit.accepted ? 'accepted' : 'waiting',
      })),
    )
  }

  async #start(): Promise<Desk> {
    const { openStore, platform, tabs } = this.#parts
    const [store, slot] = await Promise.all([
      openStore((trouble) => this.#troubled(trouble)),
      tabs.slot(),
    ])
    const replica = await store.replica(slot, () => createReplica(platform.random))
    if (this.#closed) throw new UsageError('CLOSED', 'the client was closed')
    this.#store = store
    this.#writer = createWriter(store, {
      saved: (of, rows) => {
        tabs.post({ type: 'rows', object: of.object, rows })
        const stamps = rows.flatMap((row) => row.events.map((event) => event[1]))
        const edits = stamps.flatMap((stamp) => of.visible.pending.get(stamp) ?? [])
        this.#leader?.wake(of.object, edits)
      },
      savedLocals: (of, rows) => tabs.post({ type: 'locals', object: of.object, rows }),
      changed: () => this.#changed(),
    })
    tabs.listen((message) => this.#hear(message))
    this.#readRejected()
    tabs.campaign(
      () => void this.#lead(store).catch((error: unknown) => this.#failed(error)),
      () => this.#stepDown(),
    )
    this.#tellWants()
    this.#changed()
    return { store, slot, replica }
  }

  #failed(error: unknown): void {
    if (this.#closed) return
    this.#trouble = asStorageError(error)
    for (const open of this.#objects.values())
      if (!open.replica.ready) open.replica.abandon(this.#trouble)
    this.#changed()
  }

  #troubled(trouble: StorageError | undefined): void {
    this.#trouble = trouble
    this.#changed()
  }

  #firstEdit(): void {
    if (this.#edited) return
    this.#edited = true
    this.#parts.onFirstEdit?.()
  }

  /** Tells listeners, once for all that changes in a task. */
  #changed(): void {
    this.#status = undefined
    this.#outbox = undefined
    if (this.#telling) return
    this.#telling = true
    void Promise.resolve().then(() => {
      this.#telling = false
      if (this.#leader !== undefined) this.#tellReport(this.#leader)
      this.#status = undefined
      this.#changes.call()
    })
  }

  #tellReport(leader: Leader): void {
    const before = JSON.stringify(this.#report)
    this.#report = leader.report
    if (JSON.stringify(this.#report) !== before)
      this.#parts.tabs.post({ type: 'lead', report: this.#report })
  }

  #readRejected(): void {
    this.#store?.rejected().then(
      (rejected) => {
        this.#rejected = rejected
        this.#changed()
      },
      (error: unknown) => this.#failed(error),
    )
  }

  // Leading

  async #lead(store: LocalStore): Promise<void> {
    const { platform, tabs, transport, schema } = this.#parts
    const identity = await store.identity(platform.id)
    const lead = await store.lead()
    if (this.#closed) return
    const desk = await this.#desk
    for (const open of this.#objects.values()) {
      await open.load(desk)
      await open.repair(store)
    }
    const leader = createLeader(
      {
        platform,
        store,
        transport,
        lead,
        identity,
        schemaVersion: schema?.version,
        token: async () => (typeof this.#token === 'function' ? this.#token() : this.#token),
        now: () => this.#host.now(),
        serverNow: () => this.#serverNow,
        clock: (serverNow) => this.#setClock(serverNow),
        post: (message) => tabs.post(message),
        rejected: () => {
          tabs.post({ type: 'rejected' })
          this.#readRejected()
        },
        trouble: (trouble) => this.#troubled(trouble),
        fenced: () => this.#fenced(leader),
        changed: () => this.#changed(),
      },
      this.#offline,
    )
    this.#leader = leader
    for (const object of await store.pendingObjects()) this.#keep(object)
    for (const open of this.#objects.values()) this.#link(open)
    // Followers answer with what they hold open.
    tabs.post({ type: 'lead', report: leader.report })
    this.#changed()
  }

  #fenced(leader: Leader): void {
    if (this.#leader !== leader) return
    this.#stepDown()
    this.#parts.tabs.resign()
  }

  #stepDown(): void {
    this.#leader?.stop()
    this.#leader = undefined
    this.#changed()
  }

  #setClock(serverNow: number): void {
    this.#serverNow = serverNow
    const offset = serverNow - this.#parts.platform.now()
    this.#offsetMs = Math.abs(offset) > CLOCK_TOLERANCE_MS ? offset : 0
  }

  #link(open: OpenObject): void {
    this.#desk
      .then((desk) => open.load(desk))
      .then(() => {
        if (this.#objects.get(open.replica.object) === open) this.#leader?.link(open.replica)
        this.#changed()
      })
      .catch((error: unknown) => this.#failed(error))
  }

  // Objects

  open(id: string, spec?: ObjectSpec): { readonly object: SharedObject; close(): void } {
    if (this.#closed) throw new UsageError('CLOSED', 'the client was closed')
    const open = this.#keep(objectId(id))
    open.uses += 1
    let closed = false
    return {
      object: this.#sharedOf(open, spec),
      close: () => {
        if (closed) return
        closed = true
        open.uses -= 1
        this.#parts.platform.timer(LINGER_MS, () => this.#dropUnused(open))
      },
    }
  }

  peek(id: string, spec?: ObjectSpec): SharedObject {
    return this.#sharedOf(this.#keep(objectId(id)), spec)
  }

  #sharedOf(open: OpenObject, spec: ObjectSpec | undefined): SharedObject {
    const { object } = open.replica
    const known = this.#shared.get(object)
    const shared =
      known?.replica === open.replica
        ? known
        : new SharedObject(open.replica, {
            newId: () => this.#parts.platform.id(),
            load: () => this.loaded(object),
          })
    if (shared !== known) this.#shared.set(object, shared)
    const described = spec ?? this.#anySpec
    if (described !== undefined) shared.describe(described)
    return shared
  }

  #keep(object: ObjectId): OpenObject {
    const known = this.#objects.get(object)
    if (known !== undefined) {
      known.isFresh = true
      return known
    }
    const open = new OpenObject(object, this.#host)
    this.#objects.set(object, open)
    this.#parts.tabs.post({ type: 'want', object, tab: this.#tab })
    this.#link(open)
    return open
  }

  loaded(id: string): Promise<void> {
    const open = this.#keep(objectId(id))
    return this.#desk.then((desk) => open.load(desk))
  }

  /** Lets go of an object that nobody holds open and that has nothing left to send. */
  #dropUnused(open: OpenObject): void {
    const { object, visible, hasUnsaved } = open.replica
    if (this.#objects.get(object) !== open || open.uses > 0 || hasUnsaved) return
    if (visible.pending.size > 0 || open.tabs.size > 0) return
    this.#objects.delete(object)
    this.#shared.delete(object)
    this.#leader?.unlink(object)
    this.#parts.tabs.post({ type: 'leave', object, tab: this.#tab })
    this.#changed()
  }

  // Other tabs

  #tellWants(): void {
    this.#cancelWant = this.#parts.platform.timer(WANT_MS, () => this.#tellWants())
    const now = this.#parts.platform.now()
    for (const open of this.#objects.values()) {
      for (const [tab, at] of open.tabs) if (now - at > 2 * WANT_MS) open.tabs.delete(tab)
      if (!open.isFresh) this.#dropUnused(open)
      open.isFresh = false
    }
    this.#postWants()
  }

  #postWants(): void {
    for (const object of this.#objects.keys())
      this.#parts.tabs.post({ type: 'want', object, tab: this.#tab })
  }

  #hear(message: TabMessage): void {
    this.#take(message).catch((error: unknown) => this.#failed(error))
  }

  async #take(message: TabMessage): Promise<void> {
    const store = this.#store
    if (store === undefined || this.#closed) return
    switch (message.type) {
      case 'rows': {
        // The leader sends for all tabs, also what it does not show itself.
        const open =
          this.#leader === undefined
            ? this.#objects.get(message.object)
            : this.#keep(message.object)
        const edits = open?.rows(message.rows) ?? []
        this.#leader?.wake(message.object, edits)
        break
      }
      case 'locals':
        this.#objects.get(message.object)?.replica.visible.setLocals(message.rows)
        this.#objects.get(message.object)?.replica.listeners.flush()
        break
      case 'entries':
        await this.#objects.get(message.object)?.entries(store, message.batches)
        break
      case 'reload':
        await this.#objects.get(message.object)?.rewritten(store, message.why)
        break
      case 'rejected':
        this.#readRejected()
        break
      case 'want':
        if (this.#leader !== undefined)
          this.#keep(message.object).tabs.set(message.tab, this.#parts.platform.now())
        break
      case 'leave':
        this.#objects.get(message.object)?.tabs.delete(message.tab)
        break
      case 'lead':
        await this.#heardLeader(store, message.report)
        break
      case 'token':
        this.#token = message.token
        await this.#leader?.authorized()
        break
      case 'offline':
        this.#goOffline(message.offline)
        break
      case 'ping':
      case 'pong':
        break
    }
    this.#changed()
  }

  async #heardLeader(store: LocalStore, report: LeadReport): Promise<void> {
    const isNew = this.#report.connection.status !== report.connection.status
    this.#report = report
    if (isNew) this.#postWants()
    for (const open of this.#objects.values()) {
      const seq = report.objects[open.replica.object]?.seq ?? 0
      if (open.replica.ready && seq > (open.replica.cursor?.seq ?? 0)) await open.repair(store)
    }
  }

  #goOffline(offline: boolean): void {
    this.#offline = offline
    this.#leader?.connection.want(!offline)
  }

  // The rest of the surface

  subscribe(listener: () => void): Unsubscribe {
    return this.#changes.add(listener)
  }

  setOffline(offline: boolean): void {
    this.#goOffline(offline)
    this.#parts.tabs.post({ type: 'offline', offline })
    this.#changed()
  }

  setToken(token: TokenSource | undefined): void {
    this.#token = token
    if (typeof token !== 'function') this.#parts.tabs.post({ type: 'token', token })
    this.#leader?.authorized().catch((error: unknown) => this.#parts.platform.report(error))
  }

  reconnect(): void {
    this.#leader?.connection.retry()
  }

  async retry(key: number): Promise<Written> {
    const { store } = await this.#desk
    const found = (await store.rejected()).find((item) => item.key === key)
    if (found === undefined) throw new UsageError('BAD_ID', `no refused edit has the key ${key}`)
    const open = this.#keep(found.object)
    await this.loaded(found.object)
    const edit = open.replica.edit(found.event[2])
    await edit.local
    await this.discard(key)
    return edit
  }

  async discard(key: number): Promise<void> {
    const { store } = await this.#desk
    await store.discard(key)
    this.#parts.tabs.post({ type: 'rejected' })
    this.#readRejected()
  }

  async close(): Promise<void> {
    if (this.#closed) return
    await this.#desk.catch(() => undefined)
    await this.#writer?.flushed()
    this.#closed = true
    this.#cancelWant?.()
    await this.#leader?.close()
    this.#leader = undefined
    this.#parts.tabs.close()
    await this.#store?.close()
  }
}
