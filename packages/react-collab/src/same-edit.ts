import { type Event, originOf } from '@react-collab/core'
import type { Edit } from './edit.js'
import { areOverwritten } from './push-batch.js'

/** Tells whether an entry is the edit that has its number here; it may have another stamp by now. */
export function isSameEdit(made: Event, entry: Event): boolean {
  if (made === entry) return true
  if (made[1] === entry[1]) return JSON.stringify(made[2]) === JSON.stringify(entry[2])
  const [is, should] = [originOf(entry), originOf(made)]
  return is.hash === should.hash && is.n === should.n && is.replica === should.replica
}

/** Tells whether an event leaves nothing of an earlier one of its writer. */
export const isHidden = ({ event, patches }: Edit, [, stamp, later]: Event): boolean =>
  (event as Event)[1] < stamp && areOverwritten(patches, later)
