import {
  type Event,
  eventReplica,
  isDeleted,
  ITEM,
  type Json,
  type ObjectState,
  type Patch,
  readRegister,
  type Replica,
  replicaOf,
  type Row,
  type RowKey,
  sameJson,
  type Stamp,
} from '@react-collab/core'
import type { Edit } from './edit.js'

/** A value of a field that a later write of somebody else has replaced. */
export interface Loss {
  readonly row: RowKey
  readonly field: string
  readonly value: Json
  /** The write that replaced it. */
  readonly by: Stamp
  /** It was written on this device. */
  readonly isOwn: boolean
  /** The own edit that came too late, where that is what was lost. */
  readonly late?: Event
}

/** Tells who writes on this device. */
export type IsOwn = (replica: Replica) => boolean

/** What is looked at: confirmed rows, and what is shown with own edits over them. */
export interface LossScene {
  readonly confirmed: ObjectState
  readonly row: (key: RowKey) => Row | undefined
  readonly isOwn: IsOwn
}

interface Register {
  readonly value: Json | undefined
  readonly stamp: Stamp
}

/** Finds what entries are about to replace, and what of own edits came too late. */
export function lossesOfEvents(events: readonly Event[], scene: LossScene): Loss[] {
  const losses: Loss[] = []
  const written = new Map<string, Register>()
  for (const event of events) {
    const [n, stamp, patches] = event
    const replica = eventReplica(event)
    if (n <= (scene.confirmed.vv.get(replica) ?? 0)) continue
    for (const patch of patches) {
      if (!isOfApp(patch)) continue
      const [, row, field] = patch
      const name = `${row} ${field}`
      const before = written.get(name) ?? registerOf(scene.confirmed.rows.get(row), field)
      const after = { value: patch[0] === '=' ? patch[3] : undefined, stamp }
      const loss = before && lossOf(before, after, scene.isOwn)
      if (loss !== undefined && !isHidden(row, field, loss.by, scene))
        losses.push({ row, field, ...loss, ...(loss.by !== stamp && { late: event }) })
      if (before === undefined || stamp > before.stamp) written.set(name, after)
    }
  }
  return losses
}

/** Of two writes of a register, the one that the other replaced, where that is somebody else's. */
function lossOf(
  before: Register,
  after: Register,
  isOwn: IsOwn,
): Pick<Loss, 'value' | 'by' | 'isOwn'> | undefined {
  const [lost, won] = after.stamp > before.stamp ? [before, after] : [after, before]
  if (lost.value === undefined || isOwn(replicaOf(won.stamp))) return undefined
  const isMine = isOwn(replicaOf(lost.stamp))
  // What came too late was shown here only if it was written here.
  if (lost === after && !isMine) return undefined
  if (sameJson(lost.value, won.value)) return undefined
  return { value: lost.value, by: won.stamp, isOwn: isMine }
}

/** Whether an own edit that waits lies over a write, or nobody saw the row. */
function isHidden(key: RowKey, field: string, stamp: Stamp, { row }: LossScene): boolean {
  const shown = row(key)
  if (shown === undefined) return false
  return isDeleted(shown) || (registerOf(shown, field)?.stamp ?? '') > stamp
}

/** Finds what rows are about to replace, and what of the own edits that they hold came too late. */
export function lossesOfRows(
  rows: Iterable<readonly [RowKey, Row]>,
  logged: Iterable<Edit>,
  scene: LossScene,
): Loss[] {
  const losses: Loss[] = []
  const own = [...logged]
  if (scene.confirmed.rows.size === 0 && own.length === 0) return losses
  const after = new Map(rows)
  const look = (row: RowKey, field: string, before: Register): void => {
    const now = registerOf(after.get(row), field)
    if (now === undefined || now.stamp <= before.stamp) return
    const loss = lossOf(before, now, scene.isOwn)
    if (loss !== undefined && !isHidden(row, field, loss.by, scene))
      losses.push({ row, field, ...loss })
  }
  for (const key of after.keys()) {
    const before = scene.confirmed.rows.get(key)
    if (before === undefined) continue
    for (const field of Object.keys(before.stamps).filter(isAppField))
      look(key, field, registerOf(before, field) as Register)
  }
  for (const { event } of own) {
    const [, stamp, patches] = event as Event
    for (const patch of patches)
      if (patch[0] === '=' && isOfApp(patch)) look(patch[1], patch[2], { value: patch[3], stamp })
  }
  return losses
}

const isAppField = (field: string): boolean => !field.startsWith('$') || field === ITEM

/** A write of a register that an app knows of: merging texts and counters loses nothing. */
const isOfApp = (patch: Patch): patch is Extract<Patch, readonly ['=' | 'x', ...unknown[]]> =>
  (patch[0] === '=' || patch[0] === 'x') && isAppField(patch[2])

function registerOf(row: Row | undefined, field: string): Register | undefined {
  if (row === undefined || !Object.hasOwn(row.stamps, field)) return undefined
  return { value: readRegister(row, field), stamp: row.stamps[field] as Stamp }
}
