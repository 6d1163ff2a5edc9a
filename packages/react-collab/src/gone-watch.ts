import {
  type Event,
  type Joined,
  type ObjectState,
  RefusedError,
  type RowKey,
  isCreated,
} from '@react-collab/core'
import type { Edit } from './edit.js'
import { goneEdits } from './gone-edits.js'
import { goneRows, ofGone, writesGone } from './gone-rows.js'
import type { Platform } from './platform.js'
import { isLogged } from './recognition.js'
import type { Refused } from './refusals.js'
import type { Replica } from './replica.js'
import { createStanding, isProven, isSettled, type Retired } from './standing.js'
import type { LocalStore, Replacement } from './store/store.js'
import type { TabMessage } from './tabs.js'
import { rowsOnDisk } from './windows/rows-on-disk.js'

/** What the watch works with, and whom it tells. */
export interface GoneWatchHost {
  readonly platform: Platform
  readonly store: LocalStore
  /** Replicas that another copy of this disk writes with, and what writes in their place. */
  readonly retired: () => Retired
  readonly post: (message: TabMessage) => void
  /** Edits were refused; `rejected` on disk has changed. */
  readonly rejected: () => unknown
}

/** How long edits of rows that are gone are taken for those of tabs that have not heard. */
const LATE_MS = 10_000

/** Sees to edits of rows that the server has let go of: for the tab that leads. */
export class GoneWatch {
  readonly #replica: Replica
  readonly #host: GoneWatchHost
  /** Rows that went a moment ago. */
  readonly #late = new Set<RowKey>()

  constructor(replica: Replica, host: GoneWatchHost) {
    this.#replica = replica
    this.#host = host
  }

  /** What is to be parked when `state` takes the place of all that is there; undefined where nothing went. */
  async parkingFor(state: ObjectState, joined: Joined): Promise<Replacement['parking']> {
    const gone = await this.#goneFrom(state, joined)
    if (gone.size === 0) return undefined
    this.#watch(gone)
    const { platform, retired } = this.#host
    const held = eventsOf(this.#replica.visible.pending)
    const standing = createStanding(joined, retired(), { held, state })
    const waits = (event: Event): boolean => !isSettled(standing(event))
    return {
      rows: gone,
      now: platform.now(),
      plan(rows, there) {
        const left = new Set([...gone].filter((key) => !there.has(key)))
        return goneEdits(rows, state, left, waits)
      },
    }
  }

  /** Edits were parked on disk. */
  parked(events: readonly Event[]): void {
    if (events.length === 0) return
    const { object, visible } = this.#replica
    const edits = events.flatMap((event) => visible.pending.find(event) ?? [])
    for (const edit of edits) edit.refused(new RefusedError(ofGone.code, ofGone.message))
    this.#replica.refuse(edits, events)
    this.#host.post({ type: 'reload', object, why: 'parked' })
    this.#host.rejected()
  }

  /** The edits, in their order, that write into rows that are gone. */
  lostAmong(edits: readonly Edit[]): Refused[] {
    if (this.#late.size === 0) return []
    const { rows } = this.#replica.visible.confirmed
    const lost = edits.filter(({ patches }) => {
      if (writesGone(patches, (key) => this.#late.has(key) && !rows.has(key))) return true
      for (const [, key] of patches) if (isCreated(key, patches)) this.#late.delete(key)
      return false
    })
    return lost.map((edit) => ({ edit, ...ofGone }))
  }

  /** Other tabs hear of it soon; who writes such a row after that makes it anew. */
  #watch(gone: ReadonlySet<RowKey>): void {
    const keys = [...gone].filter((key) => !this.#replica.held.isWindowed(key))
    for (const key of keys) this.#late.add(key)
    this.#host.platform.timer(LATE_MS, () => keys.forEach((key) => this.#late.delete(key)))
  }

  /** The rows that the server has let go of; of windowed collections those that edits are about. */
  async #goneFrom(
    state: ObjectState,
    { hashes, purged = false }: Joined,
  ): Promise<ReadonlySet<RowKey>> {
    const { visible } = this.#replica
    const pending = eventsOf(visible.pending)
    // What the log has had since comes after this state.
    const logged = pending.filter((event) => isLogged(state, event) && isProven(event, hashes))
    const before = purged ? visible.confirmed.rows.keys() : []
    const gone = goneRows(before, state, logged)
    if (!purged) return gone
    const patches = pending.flatMap((event) => event[2])
    for (const key of await rowsOnDisk(this.#replica, this.#host.store, patches)) gone.add(key)
    return gone
  }
}

const eventsOf = (edits: Iterable<Edit>): Event[] =>
  [...edits].flatMap(({ event }) => (event ? [event] : []))
