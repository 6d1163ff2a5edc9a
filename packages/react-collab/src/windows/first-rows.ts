import type { Unsubscribe } from '../listeners.js'
import type { RowView } from '../sorted-rows.js'
import type { RowScan, Where } from './row-scan.js'
import type { RowWindow } from './row-window.js'

/** The first rows of a windowed collection: all of them, or those that a function picks. */
export interface FirstRows {
  want(limit: number, where: Where | undefined): void
  /** The rows; the same list until one changes, undefined until they were read. */
  read(): readonly RowView[] | undefined
  subscribe(listener: () => void): Unsubscribe
}

/** Makes first rows of what shows them. */
export function createFirstRows(window: RowWindow, scan: () => RowScan): FirstRows {
  let scanning: RowScan | undefined
  return {
    want(limit, where) {
      if (where === undefined) return window.want(0, limit, Math.min(limit, EXTRA))
      scanning ??= scan()
      scanning.want(limit, where)
    },
    read: () => (scanning === undefined ? window.read()?.rows : scanning.read()),
    subscribe: (listener) => (scanning ?? window).subscribe(listener),
  }
}

/** Rows that are at hand when one of the first goes. */
const EXTRA = 10
