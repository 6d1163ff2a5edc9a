import { type Event, eventReplica, type Patch } from './event.js'
import { canonicalJson, type Json } from './json.js'
import type { RowKey } from './names.js'
import { applyToRow, emptyRow, readText, type Row } from './row.js'
import { packTexts } from './row-page.js'
import { LiveText } from './text/live-text.js'
import type { Replica, Stamp } from './stamp.js'

/**
 * All that is known of an object: a function of the set of events applied, in whatever order, as
 * long as those of one replica come by rising `n`, as its outbox and the log keep them.
 *
 * Rows are immutable, the table that holds them is not. Rows are never removed [ROW1]: a deleted
 * one carries its tombstone, so a late edit cannot bring it back.
 */
export interface ObjectState {
  readonly rows: Map<RowKey, Row>
  /** The greatest `n` applied of each replica. */
  readonly vv: Map<Replica, number>
}

/** Makes the state of an object that nobody has written. */
export const createObjectState = (): ObjectState => ({ rows: new Map(), vv: new Map() })

/** Patches of one row, in their order. */
export type RowPatches = readonly [key: RowKey, patches: readonly Patch[]]

/** Sorts the patches of an event by the row that they write, rows in the order of first mention. */
export function patchesByRow(patches: readonly Patch[]): readonly RowPatches[] {
  const [first] = patches
  if (first === undefined) return []
  // Most events write one row: nothing is copied for them.
  if (patches.every(([, key]) => key === first[1])) return [[first[1], patches]]
  const byRow = new Map<RowKey, Patch[]>()
  for (const patch of patches) {
    const own = byRow.get(patch[1])
    if (own === undefined) byRow.set(patch[1], [patch])
    else own.push(patch)
  }
  return [...byRow]
}

/**
 * Writes the patches of one event into a table of rows, each row once; `changed` is called for each
 * row that is now another.
 */
export function applyPatches(
  rows: Pick<Map<RowKey, Row>, 'get' | 'set'>,
  patches: readonly Patch[],
  stamp: Stamp,
  changed?: (key: RowKey) => void,
): void {
  for (const [key, own] of patchesByRow(patches)) {
    const before = rows.get(key) ?? emptyRow
    const after = applyToRow(before, own, stamp)
    if (after === before) continue
    rows.set(key, after)
    changed?.(key)
  }
}

/**
 * Tells whether an event edits text that was never there, as after a fault of its writer. It has no
 * effect then, for everyone: the log has all that an event builds on before it.
 */
export function isVoid(rows: Pick<Map<RowKey, Row>, 'get'>, event: Event): boolean {
  const [, , patches] = event
  return patches.some((patch) => {
    if (patch[0] !== '~') return false
    const [, key, field, inserts, deletes] = patch
    const live = readText(rows.get(key) ?? emptyRow, field)?.live ?? new LiveText()
    return !live.text.canApply(eventReplica(event), { inserts, deletes })
  })
}

/** Applies an event; false, and no effect, when its number was seen before [EVT2]. */
export function applyEvent(
  state: ObjectState,
  event: Event,
  changed?: (key: RowKey) => void,
): boolean {
  const [n, stamp, patches] = event
  const replica = eventReplica(event)
  if (n <= (state.vv.get(replica) ?? 0)) return false
  state.vv.set(replica, n)
  if (isVoid(state.rows, event)) return true
  applyPatches(state.rows, patches, stamp, changed)
  return true
}

/** Writes the whole state in one canonical form: replicas that agree have equal text. */
export function canonicalState(state: ObjectState): string {
  const rows = [...state.rows]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, { values, stamps, sums, texts }]): Json => {
      if (texts !== undefined) return [key, values, stamps, sums ?? {}, packTexts(texts)]
      return sums === undefined ? [key, values, stamps] : [key, values, stamps, sums]
    })
  return canonicalJson([rows, Object.fromEntries(state.vv)])
}
