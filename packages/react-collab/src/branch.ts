import { eventReplica, isSeedStamp, type ObjectId, type Stamp } from '@react-collab/core'
import { branchId, branchName, localId, parentOf } from './branch-id.js'
import { takeRebased } from './branch-news.js'
import type { Client } from './client.js'
import type { Desk } from './desk.js'
import type { Edit, Written } from './edit.js'
import { aimAt, type ObjectRef, type Target } from './object-ref.js'
import type { Replica } from './replica.js'
import type { StampLater } from './store/store.js'
import { type Workshop, workshopOf } from './workshop.js'

/** What names a branch of what `T` names. */
export type BranchTarget<T extends Target = Target> =
  T extends ObjectRef<infer O> ? ObjectRef<O> : string

/**
 * A branch of an object, or of a branch; it need not exist yet.
 *
 * ```ts
 * const draft = branchOf(client, 'todos', 'draft')
 * await draft.create()
 * client.open(draft.target).object.add('items', { text: 'Milk' })
 * await draft.push().local
 * ```
 */
export function branchOf<T extends Target>(client: Client, target: T, name: string): Branch<T> {
  const workshop = workshopOf(client)
  const { id, spec } = aimAt(target)
  const branch = branchId(localId(id), name)
  const named: Target = spec === undefined ? branch : { id: branch, spec }
  // It is named as its parent is.
  return new Branch(workshop, branch, named as BranchTarget<T>)
}

/** The names of an object's branches on this device. */
export async function branchesOf(client: Client, target: Target): Promise<readonly string[]> {
  const { store } = await workshopOf(client).desk
  return (await store.branches(localId(aimAt(target).id))).map(branchName)
}

/**
 * A copy of an object that goes its own way on this device: nothing passes between the two but by
 * `push` and `pull`. It is on disk, shared by the tabs of a browser, and never sent (R6).
 *
 * `target` names it wherever an object can be named, also for a branch of its own.
 */
export class Branch<T extends Target = Target> {
  readonly target: BranchTarget<T>
  readonly #id: ObjectId
  readonly #workshop: Workshop

  /** @internal */
  constructor(workshop: Workshop, id: ObjectId, target: BranchTarget<T>) {
    this.#workshop = workshop
    this.#id = id
    this.target = target
  }

  get name(): string {
    return branchName(this.#id)
  }

  /** The id of what it is a branch of. */
  get parent(): string {
    return parentOf(this.#id)
  }

  /** Whether it was created and not dropped; undefined until the disk was read. */
  get exists(): boolean | undefined {
    const { ready, cursor } = this.#replica
    return ready ? cursor !== undefined : undefined
  }

  /** Own edits that were not pushed. */
  get ahead(): number {
    return this.#replica.visible.pending.size
  }

  get #replica(): Replica {
    return this.#workshop.objects.keep(this.#id).replica
  }

  /** Makes the branch of what its parent shows now, on disk; one that exists stays as it is. */
  create(): Promise<void> {
    return this.#work(async ({ store }) => {
      const isNew = await store.createBranch(this.#id, this.#workshop.platform.id())
      if (isNew) await this.#rebased([this.#id])
    })
  }

  /**
   * Brings the parent's edits into the branch, beneath its own: where both wrote a field, the
   * branch's value stays. An edit of what the parent no longer has is parked, with `BASE_LOST`.
   *
   * Errors  NO_BRANCH, or a `StorageError`; then nothing has changed
   */
  pull(): Promise<void> {
    return this.#work(async ({ store }, parent) => {
      const { platform } = this.#workshop
      const later = laterThan(parent)
      const parked = await store.pullBranch(this.#id, platform.id(), later, platform.now())
      await this.#parked(parked)
      await this.#rebased([this.#id])
    })
  }

  /**
   * Brings the branch's own edits to its parent, as edits made now; what the parent did stays
   * outside. `local` rejects as `pull` does, `server` as that of each edit.
   */
  push(): Written {
    const pushed = this.#work(({ store }, parent) => this.#push(store, parent))
    const local = pushed.then(() => undefined)
    const server = pushed.then(lastSeq)
    // Nobody has to listen.
    for (const promise of [local, server]) promise.catch(() => undefined)
    return { local, server }
  }

  async #push(store: Desk['store'], parent: Replica): Promise<readonly Edit[]> {
    const { objects, platform, post } = this.#workshop
    const later = laterThan(parent)
    const { rows, parked } = await store.pushBranch(this.#id, platform.id(), later, platform.now())
    await this.#parked(parked)
    post({ type: 'rows', object: parent.object, rows })
    await objects.get(parent.object)?.rows(rows, store)
    const { pending } = this.#replica.visible
    const edits = rows.flatMap(({ events }) => events.flatMap((event) => pending.find(event) ?? []))
    await this.#rebased([this.#id])
    return edits
  }

  /** Tells of edits that were parked. */
  async #parked(count: number): Promise<void> {
    if (count === 0) return
    const { desk, objects, post, rejected } = this.#workshop
    const message = { type: 'reload', object: this.#id, why: 'parked' } as const
    post(message)
    await objects.get(this.#id)?.hear(message, (await desk).store)
    rejected()
  }

  /** Forgets the branch and what was not pushed, and the branches of it. */
  drop(): Promise<void> {
    return this.#work(async ({ store }) => {
      await this.#rebased(await store.dropBranch(this.#id))
    })
  }

  /** Takes the base anew from the parent, where it cannot be read; keeps the branch's own edits. */
  async reload(): Promise<void> {
    const { desk, mended, objects, platform, post } = this.#workshop
    const parent = parentOf(this.#id)
    await objects.load(parent)
    await (await desk).store.rebuildBranch(this.#id, platform.id())
    post({ type: 'forgotten', object: this.#id })
    mended()
    await objects.loadAgain(this.#id)
  }

  /** Does something once branch and parent are read, and all edits of this tab are on disk. */
  async #work<R>(run: (desk: Desk, parent: Replica) => Promise<R>): Promise<R> {
    const { desk, objects, flushed } = this.#workshop
    const parent = parentOf(this.#id)
    const holds = [parent, this.#id].map((object) => objects.hold(object))
    try {
      await Promise.all([parent, this.#id].map((object) => objects.load(object)))
      await flushed()
      return await run(await desk, objects.keep(parent).replica)
    } finally {
      for (const release of holds) release()
    }
  }

  /** Tells all tabs that branches have another base, or none. */
  async #rebased(branches: readonly ObjectId[]): Promise<void> {
    const { desk, objects, post, changed } = this.#workshop
    for (const object of branches) {
      post({ type: 'reload', object, why: 'reset' })
      await takeRebased(object, { desk, objects })
    }
    changed()
  }
}

/** Stamps events later than all that an object shows, here and on disk, each for its own replica. */
const laterThan =
  (parent: Replica): StampLater =>
  (shown) => {
    // Another tab may have written what this one has not heard of.
    parent.seeAll(shown.rows)
    // Seeds stay beneath everything.
    return (event) =>
      isSeedStamp(event[1])
        ? event[1]
        : ((parent.tick().slice(0, 12) + eventReplica(event)) as Stamp)
  }

async function lastSeq(edits: readonly Edit[]): Promise<number> {
  const seqs = await Promise.all(edits.map((edit) => edit.server))
  return seqs.at(-1) ?? 0
}
