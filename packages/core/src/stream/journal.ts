import { merge } from '../change/algebra.js'
import type { Change } from '../change/change.js'

/** One change as its author made it. */
export interface Operation {
  readonly id: string
  /** The author's operation before it, if that was not yet seen in the journal. */
  readonly parent: string | null
  /** The last version that its author had seen; −1 for none. */
  readonly basis: number
  readonly change: Change
}

/** An operation as it follows all before it in the journal. */
export interface Rebased {
  readonly version: number
  readonly id: string
  readonly change: Change
  /** What its author had not seen, as it follows the author's own operations up to this one. */
  readonly mergeChain: readonly Change[]
}

/** Operations in the order that everybody agrees on; in memory. */
export interface Journal {
  /** Takes operations together and in order; those whose id is known are passed over. */
  append(operations: readonly Operation[]): void
  /** Gives at most `limit` operations from a version on, each rebased onto those before it. */
  since(version: number, limit?: number): readonly Rebased[]
}

/**
 * Makes an empty journal.
 *
 * Source  DOT's `ops.Store` and `ops.Transformed`
 */
export function createJournal(): Journal {
  const operations: Operation[] = []
  const rebased: Rebased[] = []
  const versions = new Map<string, number>()
  return {
    append: (list) => {
      for (const operation of list) {
        if (versions.has(operation.id)) continue
        versions.set(operation.id, operations.length)
        operations.push(operation)
      }
    },
    since: (version, limit = Infinity) => {
      while (rebased.length < operations.length) {
        rebased.push(rebase(operations[rebased.length] as Operation, rebased, versions))
      }
      return rebased.slice(version, version + limit)
    },
  }
}

function rebase(
  operation: Operation,
  before: readonly Rebased[],
  versions: ReadonlyMap<string, number>,
): Rebased {
  let { change } = operation
  const mergeChain: Change[] = []
  for (const unseen of unseenBy(operation, before, versions)) {
    const [after, past] = merge(unseen, change)
    change = after
    mergeChain.push(past)
  }
  return { version: before.length, id: operation.id, change, mergeChain }
}

/** What the author had not seen, as it follows the author's operations before this one. */
function unseenBy(
  { basis, parent }: Operation,
  before: readonly Rebased[],
  versions: ReadonlyMap<string, number>,
): Change[] {
  const parentVersion = parent === null ? -1 : (versions.get(parent) ?? -1)
  if (parentVersion <= basis) return before.slice(basis + 1).map(({ change }) => change)
  const older = (before[parentVersion] as Rebased).mergeChain
  const later = before.slice(parentVersion + 1).map(({ change }) => change)
  // The parent's chain begins behind the parent's basis; this author may have seen more since.
  const seenSince = parentVersion - basis - 1
  return [...older.slice(Math.max(0, older.length - seenSince)), ...later]
}
