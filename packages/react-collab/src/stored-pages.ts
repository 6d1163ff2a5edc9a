import {
  packRows,
  type Row,
  type RowKey,
  type RowPage,
  type StatePlace,
  unpackRows,
} from '@react-collab/core'
import { nothing, type Start } from './staging.js'
import type { StoredPage } from './store/store.js'

/** A page of rows as it is kept on the disk, for a loading that began at `start`. */
export const toPage = (
  start: Start,
  place: StatePlace,
  rows: readonly (readonly [RowKey, Row])[],
): StoredPage => ({
  cursor: start.cursor,
  isReset: start.isReset,
  place,
  page: JSON.stringify(packRows(rows)),
})

/** Tells whether pages of a loading can be put over what another run of this app will find. */
export const isKeepable = ({ cursor, isReset }: Start): boolean => !isReset || cursor === undefined

/**
 * Where a loading goes on that left pages on the disk; undefined where it left none, or where they
 * belong to a state that is not the shown one.
 *
 * Throws where pages cannot be read
 */
export function restart(pages: readonly StoredPage[], shown: Start): Start | undefined {
  const [last] = pages.slice(-1)
  if (last === undefined) return undefined
  const { cursor, isReset, place } = last
  const isOfShown = cursor?.term === shown.cursor?.term && cursor?.seq === shown.cursor?.seq
  if (!isReset && !isOfShown) return undefined
  const rows = new Map<RowKey, Row>()
  for (const page of pages) {
    unpackRows(JSON.parse(page.page) as RowPage, (key, row) => void rows.set(key, row))
  }
  return { ...(isReset ? nothing(true) : shown), rows, place }
}
