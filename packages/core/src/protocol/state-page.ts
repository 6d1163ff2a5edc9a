import type { RowKey } from '../names.js'
import type { Row } from '../row.js'
import { packRows } from '../row-page.js'

/** Packs rows into a page, as JSON; `unpackStatePage` reads it. */
export const packStatePage = (rows: Iterable<readonly [RowKey, Row]>): unknown => packRows(rows)
