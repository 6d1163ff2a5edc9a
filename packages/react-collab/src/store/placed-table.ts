import type { Place } from '../windows/place.js'
import type { Key, Range } from './disk.js'
import { createOrderedTable, type OrderedTable } from './ordered-table.js'
import type { Records } from './records.js'
import { only } from './disk.js'

type Row = Records['rows']

/** The rows in the order of their keys, and of their places. */
export interface PlacedTable extends OrderedTable<Row> {
  getPlaced(range: Range, limit: number): Row[]
  findPlace(range: Range, skip: number, from: 'start' | 'end'): Place | undefined
  countPlaces(range: Range): number
}

/** Makes an empty table of rows with places. */
export function createPlacedTable(): PlacedTable {
  const rows = createOrderedTable<Row>()
  const places = createOrderedTable<{ readonly key: Place; readonly row: Row }>()

  function move(before: readonly Row[], after: readonly Row[]): void {
    for (const { places: gone } of before) for (const key of gone) places.replace(only(key))
    for (const row of after) for (const key of row.places) places.replace(only(key), { key, row })
  }

  return {
    get: (key: Key) => rows.get(key),
    getAll: (range, limit) => rows.getAll(range, limit),
    replace(range, added) {
      const removed = rows.getAll(range)
      const put = added === undefined ? [] : [added]
      const undo = rows.replace(range, added)
      move(removed, put)
      return () => {
        undo()
        move(put, removed)
      }
    },
    getPlaced: (range, limit) => places.getAll(range, limit).map(({ row }) => row),
    findPlace(range, skip, from) {
      const all = places.getAll(range)
      return (from === 'start' ? all[skip] : all[all.length - 1 - skip])?.key
    },
    countPlaces: (range) => places.getAll(range).length,
  }
}
