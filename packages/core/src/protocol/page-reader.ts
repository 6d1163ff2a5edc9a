import type { RowKey } from '../names.js'
import type { Row } from '../row.js'
import { type RowPage, unpackRows } from '../row-page.js'

/** Unpacks a page, row by row. */
export const unpackStatePage = (page: unknown, visit: (key: RowKey, row: Row) => void): void =>
  unpackRows(page as RowPage, visit)
