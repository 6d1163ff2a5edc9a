import type { ObjectId, ObjectSpec, OwnedBy, OwnerSets, Schema } from '@react-collab/core'
import { anySpecOf } from './any-spec.js'
import { checkThere, isBranch } from './branch-id.js'
import type { Desk } from './desk.js'
import type { Edit } from './edit.js'
import { checkKind, checkKnown } from './object-ref.js'
import { OpenObject } from './open-object.js'
import { checkBase } from './lost-elements.js'
import { Ownership } from './ownership.js'
import type { Platform } from './platform.js'
import { Pools } from './pool/pools.js'
import { Presence } from './presence/presence.js'
import type { PresenceLine } from './presence/presence-line.js'
import { Presences } from './presence/presences.js'
import type { Replica } from './replica.js'
import type { ReplicaHost } from './replica-host.js'
import { SharedObject } from './shared-object.js'
import type { LocalStore, Rejected } from './store/store.js'
import type { LeadReport, TabMessage } from './tabs.js'
import { rowsOnDisk } from './windows/rows-on-disk.js'
import { asStorageError } from './writer.js'

/** How long an object stays open after its last user has left. */
const LINGER_MS = 2000
/** How often a tab tells the leader what it holds open; twice that unheard, and it is forgotten. */
const SWEEP_MS = 20_000

/** Whom the table tells, and what it makes objects with. */
export interface ObjectsHost {
  readonly platform: Platform
  readonly replicaHost: Omit<ReplicaHost, 'checkOpen' | 'ownership'>
  /** Throws where nothing is taken any more. */
  readonly checkUsable: () => void
  /** Names this tab among the others. */
  readonly tab: string
  readonly desk: Promise<Desk>
  /** Presence's way to the server, while this tab leads. */
  readonly line: () => PresenceLine | undefined
  readonly schema: Schema | undefined
  readonly post: (message: TabMessage) => void
  /** Asks the server for the clients of an object, while this tab leads. */
  readonly askPool: (object: ObjectId) => void
  /** An object is open, and about to be read. */
  readonly opened: () => void
  /** An object has been read from disk. */
  readonly loaded: (open: OpenObject) => void
  readonly dropped: (object: ObjectId) => void
  readonly failed: (error: unknown) => void
}

/** The objects that one tab holds open, for its own users or, when it leads, for other tabs. */
export class Objects {
  /** Who is here, in each of them. */
  readonly presences: Presences
  readonly #ownership = new Ownership()
  /** Who was ever there, and how far each is. */
  readonly pools: Pools
  readonly #host: ObjectsHost & { readonly replicaHost: ReplicaHost }
  readonly #open = new Map<ObjectId, OpenObject>()
  /**
   * Objects that were let go of and that somebody may still have. There is never a second replica
   * beside one that can be used: both would give the same numbers.
   */
  readonly #resting = new Map<ObjectId, () => OpenObject | undefined>()
  readonly #shared = new WeakMap<OpenObject, SharedObject>()
  #cancelSweep: (() => void) | undefined
  /** What an object may hold that is named without its kind: what any kind may. */
  readonly #anySpec: ObjectSpec | undefined

  constructor(host: ObjectsHost) {
    const { checkUsable, replicaHost, schema } = host
    this.#anySpec = schema && anySpecOf(schema)
    const checkOpen = (replica: Replica): void => {
      checkUsable()
      checkThere(replica)
    }
    const ownership = this.#ownership
    this.#host = { ...host, replicaHost: { ...replicaHost, checkOpen, ownership } }
    // Before any object is read: its rows show whose they are.
    host.desk.then(
      ({ identity: { owners, ownerSets } }) => ownership.take(owners, ownerSets),
      () => undefined,
    )
    this.presences = new Presences({ ...host, used: (object) => void this.keep(object) })
    const { now } = replicaHost
    this.pools = new Pools({ ...host, now, used: (object) => void this.keep(object) })
  }

  get all(): IterableIterator<OpenObject> {
    return this.#open.values()
  }

  /** Those with edits that are not on disk yet. */
  get unsaved(): Replica[] {
    return [...this.#open.values()].map((open) => open.replica).filter((of) => !of.unsaved.isEmpty)
  }

  get(object: ObjectId): OpenObject | undefined {
    return this.#open.get(object)
  }

  /** The id that rows made here belong to; undefined before the disk was read. */
  owner(by: OwnedBy): string | undefined {
    return this.#ownership.known(by)
  }

  /** Hears whose rows may be written here. */
  owners(sets: OwnerSets): void {
    if (!this.#ownership.hear(sets)) return
    for (const { replica } of this.#open.values()) replica.showing.ownersChanged()
  }

  /** Gives an open object, opening it if need be. */
  keep(object: ObjectId): OpenObject {
    const known = this.#open.get(object)
    if (known !== undefined) {
      known.isFresh = true
      return known
    }
    const rested = this.#resting.get(object)?.()
    const open = rested ?? new OpenObject(object, this.#host.replicaHost)
    this.#begin(open)
    return open
  }

  /** Keeps an object up to date, from the disk on. */
  #begin(open: OpenObject): void {
    const { object } = open.replica
    this.#open.set(object, open)
    this.#host.opened()
    this.#resting.delete(object)
    open.replica.rest(undefined)
    open.isFresh = true
    this.#tellWant(object)
    this.#read(open).catch(this.#host.failed)
  }

  #read(open: OpenObject): Promise<void> {
    return this.#shared.get(open)?.load() ?? this.load(open.replica.object)
  }

  /** Opens an object until the function that comes back is called. */
  hold(object: ObjectId): () => void {
    const open = this.keep(object)
    let held = true
    open.uses += 1
    return () => {
      if (!held) return
      held = false
      open.uses -= 1
      this.#host.platform.timer(LINGER_MS, () => this.#dropUnused(open))
    }
  }

  /** Resolves when the object has been read from disk. */
  async load(object: ObjectId): Promise<void> {
    const open = this.keep(object)
    try {
      await open.load(await this.#host.desk)
    } catch (error) {
      // Its edits have nowhere to go; those of other objects do.
      open.replica.abandon(asStorageError(error))
      throw error
    }
    if (this.#open.get(object) === open) this.#host.loaded(open)
  }

  /** Reads an object again from a disk that has forgotten what it held. */
  async loadAgain(object: ObjectId): Promise<void> {
    const open = this.keep(object)
    if (!open.replica.ready) return this.#read(open)
    const desk = await this.#host.desk
    await open.load(desk)
    await open.reload(desk.store)
    this.#host.loaded(open)
  }

  /** Makes an edit of a refused event, whether its object is open or not. */
  async editAgain({ object, event, code }: Rejected): Promise<Edit> {
    await this.load(object)
    const { replica } = this.keep(object)
    const { store } = await this.#host.desk
    checkBase(replica, event, code, await rowsOnDisk(replica, store, event[2]))
    return replica.editing.editAs(event[2])
  }

  /** The object as apps see it; the same one as long as it is open. Throws KIND_CONFLICT. */
  shared(object: ObjectId, spec: ObjectSpec | undefined): SharedObject {
    checkKnown(spec, this.#host.schema)
    const open = this.keep(object)
    const known = this.#shared.get(open)
    if (spec !== undefined) checkKind(object, known?.spec, spec)
    const shared = known ?? this.#share(open)
    const described = known === undefined ? (spec ?? this.#anySpec) : spec
    if (described !== undefined) shared.describe(described)
    return shared
  }

  #share(open: OpenObject): SharedObject {
    const shared = new SharedObject(open.replica, {
      newId: this.#host.platform.id,
      load: () => this.load(open.replica.object),
      used: () => (open.isFresh = true),
      presence: new Presence(open.replica.object, this.presences),
    })
    this.#shared.set(open, shared)
    return shared
  }

  /** Brings all objects to where the disk is, as a tab that is about to lead must. */
  async repairAll(store: LocalStore): Promise<void> {
    for (const open of this.#open.values()) {
      // One object that cannot be read does not keep the others from being served.
      const repaired = this.load(open.replica.object).then(() => open.repair(store))
      await repaired.catch(this.#host.failed)
    }
  }

  /** Reads the objects that have edits from before they were read, so that these get to the disk. */
  async loadUnsaved(): Promise<void> {
    for (const { object, ready } of this.unsaved) {
      if (!ready) await this.load(object).catch(this.#host.failed)
    }
  }

  /** Brings objects that are not where the leader's are to where the disk is: news were lost. */
  async repairBehind(report: LeadReport, store: LocalStore): Promise<void> {
    for (const open of this.#open.values()) {
      const { object, cursor, ready, stored } = open.replica
      if (isBranch(object)) continue
      const { seq = 0, pending = 0 } = report.objects[object] ?? {}
      const here = cursor?.seq ?? 0
      const isApart = seq > here || (seq === here && pending < stored.size)
      if (ready && isApart) await open.repair(store)
    }
  }

  /** Tells the other tabs what this one holds open. */
  tellWants(): void {
    for (const object of this.#open.keys()) {
      this.#tellWant(object)
    }
  }

  #tellWant(object: ObjectId): void {
    const pool = this.pools.isUsed(object)
    this.#host.post({ type: 'want', object, tab: this.#host.tab, pool })
  }

  /** Hears of outbox rows; who leads sends them all, also of objects that it does not show. */
  async rows(
    message: Extract<TabMessage, { type: 'rows' | 'batch' }>,
    store: LocalStore,
    isLeading: boolean,
  ): Promise<void> {
    const { object } = message
    const open = isLeading && !isBranch(object) ? this.keep(object) : this.#open.get(object)
    await (message.type === 'rows' ? open?.rows(message.rows, store) : open?.unread(store))
  }

  /** Hears, as the leader, that another tab holds an object open. */
  want({ object, tab, pool }: Extract<TabMessage, { type: 'want' }>): void {
    // A branch is not served by anyone.
    if (isBranch(object)) return
    this.keep(object).tabs.set(tab, this.#host.platform.elapsed())
    if (pool) this.pools.want(object)
  }

  /** Lets go of what nobody wants any more; now, and again and again. */
  sweep(): void {
    const { platform } = this.#host
    this.#cancelSweep = platform.timer(SWEEP_MS, () => this.sweep())
    for (const [object, rested] of this.#resting) {
      if (rested() === undefined) this.#resting.delete(object)
    }
    const forgotten = platform.elapsed() - 2 * SWEEP_MS
    for (const open of this.#open.values()) {
      for (const [tab, at] of open.tabs) if (at < forgotten) open.tabs.delete(tab)
      if (!open.isFresh) this.#dropUnused(open)
      open.isFresh = false
    }
    this.tellWants()
  }

  close(): void {
    this.presences.close()
    this.pools.close()
    this.#cancelSweep?.()
  }

  /** Lets go of an object that nobody holds open and that has nothing left to send. */
  #dropUnused(open: OpenObject): void {
    const { object } = open.replica
    if (this.#open.get(object) !== open || open.uses + open.tabs.size > 0) return
    if (isBusy(open) || this.presences.isUsed(object) || this.pools.isUsed(object)) return
    this.#open.delete(object)
    this.pools.left(object)
    this.#host.post({ type: 'leave', object, tab: this.#host.tab })
    this.#host.dropped(object)
    this.#resting.set(object, this.#host.platform.weak(open))
    open.rest(() => this.#begin(open))
  }
}

/** Somebody listens, or something is on its way; edits of a branch are on no way. */
function isBusy({ isReading, replica }: OpenObject): boolean {
  const { listeners, object, unsaved, visible } = replica
  if (isReading || listeners.isHeard || !unsaved.isEmpty) return true
  return visible.pending.size > 0 && !isBranch(object)
}
