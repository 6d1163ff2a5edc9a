import {
  applyPatches,
  type Event,
  isVoid,
  LiveText,
  type OwnText,
  type Row,
  type RowKey,
} from '@react-collab/core'
import type { Visible } from './visible.js'

/**
 * Finds the first of some events, in their order, that edits a text which an object does not show
 * beneath them; it would have no effect there.
 */
export function lostBase(
  visible: Pick<Visible, 'row'>,
  events: readonly Event[],
): Event | undefined {
  const tried = new Map<RowKey, Row>()
  const forked = new Set<LiveText>()
  // What the object shows stays as it is: its texts are tried on copies.
  const ownText: OwnText = (_, live) => {
    if (live !== undefined && forked.has(live)) return live
    const own = live?.fork() ?? new LiveText()
    forked.add(own)
    return own
  }
  const rows = {
    get: (key: RowKey) => tried.get(key) ?? visible.row(key),
    set: (key: RowKey, row: Row) => tried.set(key, row),
  }
  return events.find((event) => {
    if (isVoid(rows, event)) return true
    const texts = event[2].filter(([kind]) => kind === '~')
    applyPatches(rows, texts, event[1], undefined, ownText)
    return false
  })
}
