import {
  cut,
  type ObjectId,
  objectId,
  type ObjectSpec,
  type OwnedBy,
  StorageError,
  UsageError,
} from '@react-collab/core'
import { localId, rootOf } from './branch-id.js'
import type { Client, ClientParts, OutboxView, Reloaded, TokenSource } from './client.js'
import { ClientPicture, unsavedOf } from './client-view.js'
import type { ConnectionState } from './connection.js'
import type { Written } from './edit.js'
import { createDeadline } from './deadline.js'
import { createLifetime, type Lifetime } from './lifetime.js'
import { Leadership } from './leadership.js'
import { failUnsaved, leavePending, noDisk } from './last-words.js'
import { createNotifier, type Notifier, type Unsubscribe } from './listeners.js'
import { aimAt, type Target } from './object-ref.js'
import { Objects } from './objects.js'
import { type Desk, openDesk } from './desk.js'
import { Rejections } from './rejections.js'
import type { Replica } from './replica.js'
import { reload } from './reload.js'
import { Reports } from './reports.js'
import { createServerClock, type ServerClock } from './server-clock.js'
import type { SharedObject } from './shared-object.js'
import type { SyncStatus } from './status.js'
import { Synced } from './synced.js'
import { checkFlag, checkToken } from './argument.js'
import type { LocalStore } from './store/store.js'
import { takeNews } from './tab-news.js'
import type { TabMessage } from './tabs.js'
import { createTabWriter } from './tab-writer.js'
import { briefly } from './windows/brief-news.js'
import { noWindows, type Windowing, windowingOf } from './windows/windowing.js'
import type { Workshop } from './workshop.js'
import { asStorageError, type Writer } from './writer.js'

/** One tab of a client: brings the parts to life, and takes turns with the other tabs in leading. */
export class TabClient implements Client {
  readonly #parts: ClientParts
  readonly #objects: Objects
  readonly #rejections: Rejections
  readonly #reports: Reports
  readonly #changes: Notifier
  readonly #clock: ServerClock
  readonly #desk: Promise<Desk>
  readonly #leadership: Leadership
  #store: LocalStore | undefined
  #writer: Writer | undefined
  #trouble: StorageError | undefined
  readonly #synced = new Synced()
  #token: TokenSource | undefined
  #offline: boolean
  #closed = false
  #closing: Promise<void> | undefined
  readonly #windowing: Windowing
  readonly #picture: ClientPicture
  readonly #lifetime: Lifetime

  constructor(parts: ClientParts) {
    const { schema, tabs } = parts
    this.#windowing = schema === undefined ? noWindows : windowingOf(schema.objects)
    this.#lifetime = createLifetime(parts.platform)
    const { platform } = this.#lifetime
    this.#parts = { ...parts, platform }
    this.#picture = new ClientPicture({
      objects: () => this.#objects,
      report: () => this.#reports.latest,
      rejected: () => this.#rejections.all,
      trouble: () => this.#trouble,
      isOpen: () => this.#store !== undefined,
      versions: schema,
      changed: () => this.#changed(),
    })
    this.#token = parts.token
    this.#offline = parts.offline ?? false
    const post = (message: TabMessage): void => tabs.post(message)
    this.#reports = new Reports({ platform, leader: () => this.#leadership.leader, post })
    this.#changes = createNotifier(platform.report, () => {
      this.#reports.tell()
      this.#picture.forgetStatus()
    })
    this.#clock = createServerClock(platform)
    this.#desk = this.#start()
    this.#objects = new Objects({
      platform,
      tab: platform.id(),
      line: () => this.#leadership.leader?.presence,
      desk: this.#desk,
      schema,
      checkUsable: () => this.#checkUsable(),
      replicaHost: {
        platform,
        meta: schema && schema.version > 1 ? { v: schema.version } : undefined,
        versions: schema,
        windowing: this.#windowing,
        store: async () => (await this.#desk).store,
        tooOld: this.#picture.outdated,
        now: () => this.#clock.now(),
        rejected: () => this.#rejections.all,
        unsaved: (replica) => this.#unsavedIn(replica),
        copied: (object, logged) => this.#copied(object, logged),
      },
      post,
      askPool: (object) => this.#leadership.leader?.askPool(object),
      // Without a word to anybody: it may be opened while React renders.
      opened: () => this.#picture.forgetStatus(),
      loaded: (open) => {
        this.#leadership.leader?.link(open.replica)
        this.#changed()
      },
      dropped: (object) => {
        this.#leadership.leader?.unlink(object)
        this.#changed()
      },
      failed: (error) => this.#failed(error),
    })
    this.#rejections = new Rejections({
      desk: this.#desk,
      post,
      edit: (refused) => this.#objects.editAgain(refused),
      changed: () => this.#changed(),
      failed: (error) => this.#failed(error),
    })
    this.#leadership = new Leadership({
      parts: this.#parts,
      desk: this.#desk,
      objects: this.#objects,
      clock: this.#clock,
      token: () => this.#token,
      isOffline: () => this.#offline,
      isClosed: () => this.#closed,
      forked: () => this.#forked(),
      rejected: () => this.#rejections.tell(),
      trouble: (trouble) => this.#troubled(trouble),
      failed: (error) => this.#failed(error),
      leaving: () => this.#reports.keep(),
      changed: () => this.#changed(),
    })
    tabs.listen((message) => this.#hear(message))
    this.#desk.then(() => this.#enter()).catch((error: unknown) => this.#failed(error))
  }

  // What apps see

  get status(): SyncStatus {
    return this.#picture.status
  }

  get connection(): ConnectionState {
    return this.#reports.connection
  }

  get outbox(): OutboxView {
    return this.#picture.outbox
  }

  get durable(): boolean {
    return this.#store?.durable ?? false
  }

  /** @internal */
  get workshop(): Workshop {
    return {
      platform: this.#parts.platform,
      desk: this.#desk,
      objects: this.#objects,
      post: (message) => this.#parts.tabs.post(message),
      flushed: () => this.#flushed(),
      leader: () => this.#leadership.leader,
      signedOut: () => this.#parts.tabs.post({ type: 'signed-out' }),
      rejected: () => this.#rejections.tell(),
      mended: () => {
        if (this.#trouble?.code === 'CORRUPT') this.#troubled(undefined)
      },
      changed: () => this.#changed(),
    }
  }

  get unsaved(): number {
    return unsavedOf(this.#objects)
  }

  open(target: Target, spec?: ObjectSpec): { readonly object: SharedObject; close(): void } {
    this.#checkUsable()
    const object = this.peek(target, spec)
    return { object, close: this.#objects.hold(localId(aimAt(target).id)) }
  }

  peek(target: Target, spec?: ObjectSpec): SharedObject {
    const aim = aimAt(target)
    return this.#objects.shared(localId(aim.id), spec ?? aim.spec)
  }

  loaded(target: Target): Promise<void> {
    return this.#objects.load(localId(aimAt(target).id))
  }

  hasSynced(target: Target): boolean | undefined {
    const { replica } = this.peek(rootOf(localId(aimAt(target).id)))
    return this.#synced.has(replica, this.#reports.latest)
  }

  owner(by: OwnedBy = 'client'): string | undefined {
    if (by === 'client' || by === 'principal') return this.#objects.owner(by)
    throw new UsageError('BAD_VALUE', `an owner is a client or a principal, not ${cut(by)}`)
  }

  async reload(target: Target): Promise<Reloaded> {
    const { store } = await this.#desk
    await this.#flushed()
    this.workshop.mended()
    const [objects, leader] = [this.#objects, this.#leadership.leader]
    return reload(objectId(aimAt(target).id), { ...this.#parts, store, objects, leader })
  }

  subscribe(listener: () => void): Unsubscribe {
    return this.#changes.add(listener)
  }

  setOffline(offline: boolean): void {
    this.#goOffline(checkFlag('offline', offline))
    this.#parts.tabs.post({ type: 'offline', offline })
    this.#changed()
  }

  setToken(given: TokenSource | null | undefined): void {
    const token = checkToken(given)
    this.#token = token
    this.#parts.tabs.post(
      typeof token === 'function' ? { type: 'reauth' } : { type: 'token', token },
    )
    this.#leadership.leader
      ?.authorized()
      .catch((error: unknown) => this.#parts.platform.report(error))
  }

  reconnect(options?: { readonly fresh?: boolean }): void {
    const fresh = options?.fresh === true
    this.#leadership.leader?.reconnect(fresh)
    this.#parts.tabs.post({ type: 'reconnect', fresh })
  }

  readonly retry = (key: number): Promise<Written> => this.#rejections.retry(key)

  readonly discard = (key: number): Promise<void> => this.#rejections.discard(key)

  close(): Promise<void> {
    this.#closing ??= this.#close()
    return this.#closing
  }

  async #close(): Promise<void> {
    const deadline = createDeadline({
      platform: this.#parts.platform,
      isFailing: () => this.#trouble !== undefined,
      progress: () => this.unsaved,
    })
    await deadline.wait(this.#desk.then(() => this.#objects.loadUnsaved()))
    await deadline.wait(this.#flushed())
    this.#closed = true
    const lost = failUnsaved(this.#objects, this.#trouble)
    this.#parts.onClosed?.()
    this.#reports.close()
    this.#objects.close()
    await deadline.wait(this.#leadership.leader?.close())
    this.#leadership.leader?.stop()
    this.#parts.tabs.close()
    await deadline.wait(this.#store?.close())
    deadline.stop()
    this.#lifetime.end()
    leavePending(this.#objects, this.durable)
    if (lost !== undefined) throw lost
  }

  /** Brings all edits to the disk, also those that are being made. */
  async #flushed(): Promise<void> {
    for (const { replica } of this.#objects.all) replica.editing.finish()
    await this.#writer?.flushed()
  }

  // Coming to life

  async #start(): Promise<Desk> {
    const desk = await openDesk(this.#parts, (trouble) => this.#troubled(trouble))
    this.#checkOpen()
    this.#store = desk.store
    desk.store.useWindows(this.#windowing, (news) => {
      this.#objects.get(news.object)?.replica.windows.hear(news)
      this.#parts.tabs.post({ type: 'windowed', news: briefly(news) })
    })
    return desk
  }

  #checkUsable(): void {
    this.#checkOpen()
    if (this.#parts.isStill !== true) return
    throw new UsageError('MEMORY_ONLY', noDisk)
  }

  #checkOpen(): void {
    if (this.#closed) throw new UsageError('CLOSED', 'the client was closed')
  }

  async #enter(): Promise<void> {
    const { tabs } = this.#parts
    const { store } = await this.#desk
    const changed = (): void => this.#changed()
    this.#writer = createTabWriter(store, { ...this.#parts, changed })
    for (const replica of this.#objects.unsaved) this.#writer.enqueue(replica)
    tabs.campaign(
      () => this.#leadership.win(),
      () => this.#leadership.stepDown(),
    )
    tabs.post({ type: 'entered' })
    this.#rejections.read()
    this.#objects.sweep()
    this.#changed()
  }

  #unsavedIn(replica: Replica): void {
    this.#parts.onEdit?.()
    this.#writer?.enqueue(replica)
    this.#changed()
  }

  /** The log has a number that this tab never gave: of another tab in its slot, or another disk. */
  #copied(object: ObjectId, logged: number): void {
    const look = async (): Promise<void> => {
      const { store, slot } = await this.#desk
      if ((await store.counter(slot, object)).n >= logged) return
      if (this.#leadership.leader === undefined) this.#parts.tabs.post({ type: 'copied' })
      else await this.#leadership.leader.fork()
    }
    look().catch((error: unknown) => this.#failed(error))
  }

  /** The disk has become a client of its own: tells all tabs. */
  #forked(): void {
    const message = { type: 'forked' } as const
    this.#parts.tabs.post(message)
    this.#hear(message)
  }

  #failed(error: unknown): void {
    if (this.#closed) return
    this.#troubled(asStorageError(error))
  }

  #troubled(trouble: StorageError | undefined): void {
    // It does not end, whatever the disk can do since.
    if (this.#trouble?.retry === 'reload') return
    this.#trouble = trouble
    // What only a reload mends: without a disk this tab must not stand in the way of the others.
    if (trouble?.retry === 'reload') {
      this.#leadership.stepDown()
      this.#reports.cut()
      this.#parts.tabs.close()
    }
    this.#changed()
  }

  /** Tells listeners, once for all that changes in a task. */
  #changed(): void {
    this.#picture.forget()
    this.#changes.soon()
  }

  #goOffline(offline: boolean): void {
    this.#offline = offline
    this.#leadership.leader?.connection.want(!offline)
  }

  // Hearing other tabs

  #hear(message: TabMessage): void {
    if (this.#closed) return
    if (this.#objects.presences.take(message)) return
    // These two are nowhere on disk: a tab that is still starting has to hear them, too.
    if (message.type === 'token') this.#token = message.token
    if (message.type === 'offline') this.#goOffline(message.offline)
    if (message.type === 'signed-out')
      return this.#troubled(new StorageError('LOCAL_STATE_LOST', 'signed out in another tab'))
    if (this.#store === undefined) return
    const readers = {
      desk: this.#desk,
      store: this.#store,
      platform: this.#parts.platform,
      objects: this.#objects,
      rejections: this.#rejections,
      reports: this.#reports,
      leader: this.#leadership.leader,
    }
    takeNews(message, readers)
      .catch((error: unknown) => this.#failed(error))
      .finally(() => this.#changed())
  }
}
