import { applyEvent, type ObjectId, type ObjectState, StorageError } from '@react-collab/core'
import { branchPrefix, isBranch, parentOf } from '../branch-id.js'
import { readState, writeBase } from './chunks.js'
import { allOf, type Disk, only, type Transaction } from './disk.js'
import { lostIn } from './lost-base.js'
import { parkEvents, rowsOf, takeKeys } from './own-rows.js'
import { restampRows } from './rewriting.js'
import type { RowStore } from './row-store.js'
import type { LocalStore, Parking, StoredRow } from './store.js'

type Branches = Pick<
  LocalStore,
  'branches' | 'createBranch' | 'pullBranch' | 'pushBranch' | 'rebuildBranch' | 'dropBranch'
>

const confirmed = ['cursors', 'bases', 'chunks', 'journal', 'images'] as const
const edits = ['counters', 'keys', 'outbox', 'rejected'] as const

/**
 * The part of a store that keeps branches (R6).
 *
 * A branch lies on disk as an object does: its base is its confirmed state, and its own edits are
 * an outbox that nobody sends. Each change of the base begins another term, so that a tab that
 * missed it finds out.
 */
export const createBranches = (disk: Disk, windowed: RowStore): Branches => ({
  branches: (parent) =>
    disk.run('read', ['cursors'], async (tx) => {
      const found = await branchesOf(tx, parent)
      return found.filter((branch) => parentOf(branch) === parent)
    }),

  createBranch: (branch, term) =>
    disk.run('strict', [...confirmed, 'outbox'], async (tx) => {
      const parent = parentOf(branch)
      if (isBranch(parent)) await checkBranch(tx, parent)
      const isNew = (await tx.get('cursors', branch)) === undefined
      if (isNew) await writeState(tx, branch, term, await shownOf(tx, parent, windowed))
      return isNew
    }),

  pullBranch: (branch, term, later, now) =>
    disk.run('strict', [...confirmed, ...edits], async (tx) => {
      await checkBranch(tx, branch)
      const shown = await shownOf(tx, parentOf(branch), windowed)
      const { state: base } = await readState(tx, branch)
      await writeState(tx, branch, term, shown)
      // Own edits are the later ones: else the parent's would show through them.
      const rows = await restampRows(tx, branch, later(shown))
      return park(tx, branch, lostIn(shown, base, rows), now)
    }),

  pushBranch: (branch, term, later, now) =>
    disk.run('strict', [...confirmed, ...edits], async (tx) => {
      await checkBranch(tx, branch)
      const parent = parentOf(branch)
      const { state: base } = await readState(tx, branch)
      const shown = await shownOf(tx, parent, windowed)
      const rows = await restampRows(tx, branch, later(shown))
      const parked = await park(tx, branch, lostIn(shown, base, rows), now)
      const kept = parked === 0 ? rows : await rowsOf(tx, await tx.getAll('outbox', allOf(branch)))
      apply(base, kept)
      await writeState(tx, branch, term, base)
      tx.delete('outbox', allOf(branch))
      return { parked, rows: await moveRows(tx, parent, kept) }
    }),

  rebuildBranch: (branch, term) =>
    disk.run('strict', [...confirmed, 'outbox'], async (tx) => {
      await checkBranch(tx, branch)
      await writeState(tx, branch, term, await shownOf(tx, parentOf(branch), windowed))
    }),

  dropBranch: (branch) =>
    disk.run('strict', [...confirmed, 'outbox', 'locals'], async (tx) => {
      const dropped = [branch, ...(await branchesOf(tx, branch))]
      for (const object of dropped) remove(tx, object)
      return dropped
    }),
})

/** Throws where there is no such branch. */
export async function checkBranch(tx: Transaction, branch: ObjectId): Promise<void> {
  if ((await tx.get('cursors', branch)) !== undefined) return
  throw new StorageError('NO_BRANCH', `there is no branch ${branch}: it was dropped, or never made`)
}

/** Branches of an object or branch, theirs too. */
async function branchesOf(tx: Transaction, parent: ObjectId): Promise<ObjectId[]> {
  const from = branchPrefix(parent)
  return (await tx.getAll('cursors', { from, to: `${from}\uffff` })).map(({ key }) => key)
}

/** What an object shows on this disk: what is confirmed, with what waits over it. */
async function shownOf(
  tx: Transaction,
  object: ObjectId,
  windowed: RowStore,
): Promise<ObjectState> {
  const [{ state }, outbox] = await Promise.all([
    readState(tx, object),
    tx.getAll('outbox', allOf(object)),
  ])
  apply(state, await rowsOf(tx, outbox))
  // Of windowed collections it would have what waits in journal and outbox, and no more.
  windowed.takeFrom(state)
  return state
}

function apply(state: ObjectState, rows: readonly Pick<StoredRow, 'events'>[]): void {
  for (const { events } of rows) for (const event of events) applyEvent(state, event)
}

async function writeState(
  tx: Transaction,
  branch: ObjectId,
  term: string,
  state: ObjectState,
): Promise<void> {
  const cursor = { term, seq: 0 }
  await writeBase(tx, branch, { state, cursor }, undefined)
  tx.put('cursors', { key: branch, ...cursor })
}

/** Parks edits; gives back how many. */
async function park(
  tx: Transaction,
  branch: ObjectId,
  parking: readonly Parking[],
  now: number,
): Promise<number> {
  if (parking.length > 0) await parkEvents(tx, branch, parking, now)
  return parking.reduce((sum, { parked }) => sum + parked.length, 0)
}

/** Puts rows at the end of an object's outbox, in their order. */
async function moveRows(
  tx: Transaction,
  object: ObjectId,
  rows: readonly StoredRow[],
): Promise<readonly StoredRow[]> {
  if (rows.length === 0) return []
  const first = await takeKeys(tx, rows.length)
  return rows.map(({ events, at }, i) => {
    tx.put('outbox', { key: [object, first + i], events, at })
    return { key: first + i, object, events, at }
  })
}

/** Its counters stay: a number that was given is never given again. */
function remove(tx: Transaction, branch: ObjectId): void {
  tx.delete('cursors', only(branch))
  tx.delete('bases', only(branch))
  for (const table of ['chunks', 'outbox', 'locals'] as const) tx.delete(table, allOf(branch))
}
