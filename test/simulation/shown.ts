import { applyPatches, canonicalJson, type Event, type Patch, type Row } from '@react-collab/core'
import type { SharedObject } from 'react-collab/testing'
import { difference, fold } from './oracle.js'

/**
 * Tells where a tab does not show what is confirmed with the pending edits over it (REP3); where nothing
 * is confirmed yet, what has come of a state (STA15).
 */
export function wrongIn(
  name: string,
  { replica: { visible, ready, held } }: SharedObject,
): string | undefined {
  if (!ready) return undefined
  const should = fold([])
  const { early, confirmed } = visible
  for (const key of early?.rows.keys() ?? []) {
    const row = early?.get(key)
    if (row !== undefined) should.rows.set(key, withOwnTexts(row))
  }
  for (const [key, row] of confirmed.rows) should.rows.set(key, withOwnTexts(row))
  const is = fold([])
  for (const { event } of visible.pending) {
    const [, stamp, patches] = event as Event
    applyPatches(should.rows, patches, stamp)
  }
  for (const key of should.rows.keys()) {
    // Of rows that are read as they are shown the disk may tell later than the log.
    if (held.isWindowed(key)) should.rows.delete(key)
    const row = held.isWindowed(key) ? undefined : visible.row(key)
    if (row !== undefined) is.rows.set(key, row)
  }
  return difference(`${name} shows`, is, should)
}

/** A row whose texts can be edited without an effect on the tab that shows it. */
function withOwnTexts(row: Row): Row {
  if (row.texts === undefined) return row
  const texts = Object.entries(row.texts).map(([field, { live }]) => [field, live.fork().view])
  return { ...row, texts: Object.fromEntries(texts) as Row['texts'] & {} }
}

/** Whether what an edit wrote just now is what stands there: nothing known is later (REG6). */
export const isShown = (patches: readonly Patch[], { visible }: SharedObject['replica']): boolean =>
  patches.every((patch) => {
    if (patch[0] !== '=') return true
    const [, key, field, value] = patch
    return canonicalJson(visible.row(key)?.values[field] ?? null) === canonicalJson(value)
  })
