import { cut, type StorageError, UsageError } from '@react-collab/core'
import { isBranch } from './branch-id.js'
import type { ClientParts, TokenSource } from './client.js'
import type { Desk } from './desk.js'
import { createLeader, type Leader } from './leader.js'
import type { Objects } from './objects.js'
import type { ServerClock } from './server-clock.js'
import type { Identity, LocalStore } from './store/store.js'

/** How soon a tab that could not lead tries again. */
const LEAD_AGAIN_MS = 2000
/** How often who leads looks for edits that nobody told it of: their tab died as they were saved. */
const UNSENT_MS = 5000

/** Whom the leadership tells, and what it leads with. */
export interface LeadershipHost {
  readonly parts: ClientParts
  readonly desk: Promise<Desk>
  readonly objects: Objects
  readonly clock: ServerClock
  readonly token: () => TokenSource | undefined
  readonly isOffline: () => boolean
  readonly isClosed: () => boolean
  readonly rejected: () => unknown
  readonly trouble: (trouble: StorageError | undefined) => void
  readonly failed: (error: unknown) => void
  /** This disk has become a client of its own. */
  readonly forked: () => void
  /** The lead is about to be lost. */
  readonly leaving: () => void
  readonly changed: () => void
}

/** A tab's turns at leading: won and lost as its tabs say, and given up when the disk says so. */
export class Leadership {
  readonly #host: LeadershipHost
  /** Counts how often the lead was won or lost: what began in another reign is given up. */
  #reign = 0
  #leader: Leader | undefined

  constructor(host: LeadershipHost) {
    this.#host = host
  }

  /** Set while this tab leads. */
  get leader(): Leader | undefined {
    return this.#leader
  }

  win(): void {
    const reign = ++this.#reign
    this.#lead(reign).catch((error: unknown) => this.#failed(error, reign))
  }

  stepDown(): void {
    this.#reign += 1
    this.#host.leaving()
    this.#leader?.stop()
    this.#leader = undefined
    this.#host.changed()
  }

  #isOver(reign: number): boolean {
    return this.#host.isClosed() || reign !== this.#reign
  }

  async #lead(reign: number): Promise<void> {
    const { desk, objects, parts } = this.#host
    const { store } = await desk
    const lead = await store.lead()
    // After the lead is taken nobody else saves a token.
    const identity = await store.identity(parts.platform.id)
    await objects.repairAll(store)
    // The disk takes its time: the lead may be lost by now, and even won again.
    if (this.#isOver(reign)) return
    const leader = this.#create(store, lead, identity)
    this.#leader = leader
    await this.#keepUnsent(store, reign)
    if (reign !== this.#reign) return
    for (const open of objects.all) if (open.isCurrent) leader.link(open.replica)
    // Followers answer with what they hold open.
    parts.tabs.post({ type: 'lead', report: leader.report })
  }

  #create(store: LocalStore, lead: number, identity: Identity): Leader {
    const { clock, objects, parts, token, rejected, trouble, changed, isOffline } = this.#host
    const { platform, tabs, transport, schema } = parts
    const leader: Leader = createLeader(
      {
        platform,
        store,
        transport,
        lead,
        identity,
        schemaVersion: schema?.version,
        clock,
        presences: objects.presences,
        pools: objects.pools,
        account: parts.account,
        canRenew: () => typeof token() === 'function',
        token: () => tokenOf(token()),
        post: (message) => tabs.post(message),
        rejected,
        overwritten: (object) => {
          objects.get(object)?.replica.overwritten.call()
          tabs.post({ type: 'overwritten', object })
        },
        owners: (owners) => {
          objects.owners(owners)
          tabs.post({ type: 'owners', owners })
        },
        trouble,
        fenced: () => this.#fenced(leader),
        forked: this.#host.forked,
        changed,
      },
      isOffline(),
    )
    return leader
  }

  /** Serves all objects with edits on disk, again and again: who made them may be gone. */
  async #keepUnsent(store: LocalStore, reign: number): Promise<void> {
    const { objects, parts, failed } = this.#host
    parts.platform.timer(UNSENT_MS, () => {
      if (!this.#isOver(reign)) this.#keepUnsent(store, reign).catch(failed)
    })
    const unsent = await store.pendingObjects()
    if (this.#isOver(reign)) return
    for (const object of unsent) if (!isBranch(object)) objects.keep(object)
  }

  /** The disk did not let this tab lead: it asks again, or another tab does. */
  #failed(error: unknown, reign: number): void {
    const { parts, failed } = this.#host
    failed(error)
    parts.platform.timer(LEAD_AGAIN_MS, () => this.#isOver(reign) || parts.tabs.resign())
  }

  #fenced(leader: Leader): void {
    if (this.#leader !== leader) return
    this.stepDown()
    this.#host.parts.tabs.resign()
  }
}

/** Asks for a token; none is none, however it is said. */
async function tokenOf(source: TokenSource | undefined): Promise<string | undefined> {
  const token: unknown = typeof source === 'function' ? await source() : source
  if (token === undefined || token === null) return undefined
  if (typeof token === 'string') return token
  throw new UsageError('BAD_VALUE', `a token is text, or null for nobody, not ${cut(token)}`)
}
