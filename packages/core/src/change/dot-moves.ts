import type { Part } from './change.js'
import { consumed } from './parts-builder.js'

/** Offset, count and distance of one move. */
export type MoveStep = readonly [offset: number, count: number, distance: number]

interface Run {
  readonly from: number
  readonly count: number
  readonly isMoved: boolean
}

/**
 * Lists the moves that bring what is left of a source, after all deletes, into its new order.
 *
 * What is put goes, one run after the other, right behind what it stands behind in the end.
 *
 * Cost  O(n²) in moved runs; this is a view for people and other systems, not a hot path
 */
export function movesOf(parts: readonly Part[]): MoveStep[] {
  const target = targetOf(parts)
  const current = target.toSorted((a, b) => a.from - b.from)
  return target.flatMap((run, i): MoveStep[] => {
    if (!run.isMoved) return []
    const here = current.indexOf(run)
    const [offset, behind] = [startOf(current, here), target[i - 1]]
    current.splice(here, 1)
    const there = behind === undefined ? 0 : current.indexOf(behind) + 1
    current.splice(there, 0, run)
    const distance = startOf(current, there) - offset
    return distance === 0 ? [] : [[offset, run.count, distance]]
  })
}

const startOf = (runs: readonly Run[], index: number): number =>
  runs.slice(0, index).reduce((sum, { count }) => sum + count, 0)

/** What is left, in its new order. */
function targetOf(parts: readonly Part[]): Run[] {
  const target: Run[] = []
  let from = 0
  for (const part of parts) {
    if (part.kind === 'keep') target.push({ from, count: part.count, isMoved: false })
    else if (part.kind === 'put') target.push({ from: part.from, count: part.count, isMoved: true })
    from += consumed(part)
  }
  return target
}
