import type { Event, Joined } from '@react-collab/core'
import type { Platform } from './platform.js'
import { editsOf, loggedOf, recognise } from './recognition.js'
import type { Replica } from './replica.js'
import { createStanding, type MovePlan, planMove, type Retired } from './standing.js'
import type { LocalStore, StoredRow } from './store/store.js'
import type { TabMessage } from './tabs.js'

/** What it works with: those of the tab that leads. */
export interface SortingHost {
  readonly platform: Pick<Platform, 'now'>
  readonly store: LocalStore
  readonly lead: number
  readonly retired: () => Retired
  readonly post: (message: TabMessage) => void
  /** Makes this disk a client of its own; resolves when it is one. */
  fork(): Promise<void>
}

/** What is sorted out: edits that wait, and those in `rows`, by what a join has said. */
export interface Sorted {
  readonly joined: Joined
  readonly rows: readonly StoredRow[]
  /** Another copy is known to have used numbers of this disk. */
  readonly isTaken?: boolean
}

/**
 * Looks what the log says of the edits that wait; where another copy of this disk is at work they get
 * names of their own (R9). Gives back the rows that the log has.
 */
export async function sortOut(
  replica: Replica,
  host: SortingHost,
  { joined, rows, isTaken = false }: Sorted,
): Promise<readonly StoredRow[]> {
  const { confirmed, pending } = replica.visible
  const edits = editsOf(pending, rows)
  const held = [...edits].map(({ event }) => event as Event)
  const standing = createStanding(joined, host.retired(), { held, state: confirmed })
  const { isForked, isMoving } = recognise(edits, confirmed, standing)
  if (isForked || isTaken) await host.fork()
  else if (!isMoving) return rows
  return move(replica, host, joined)
}

/** Gives what waits the names under which it can be sent; gives back the rows that the log has. */
async function move(
  replica: Replica,
  { store, lead, retired, post, platform }: SortingHost,
  joined: Joined,
): Promise<readonly StoredRow[]> {
  const { object } = replica
  const before = replica.stored
  const { confirmed } = replica.visible
  const plan = (all: readonly StoredRow[]): MovePlan => planMove(all, joined, retired(), confirmed)
  const rows = await store.move(lead, object, plan, platform.now())
  const counter = await store.counter(replica.slot, object)
  for (const edit of replica.moved(rows, before, counter)) edit.logged(joined.head)
  post({ type: 'reload', object, why: 'moved' })
  return loggedOf(confirmed, rows)
}
