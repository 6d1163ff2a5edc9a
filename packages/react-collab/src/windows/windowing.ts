import {
  collectionPrefix,
  type ObjectSpec,
  prefixOf,
  type Row,
  type RowKey,
} from '@react-collab/core'

/** Which collections are windowed: what their keys begin with, and the fields that order them. */
export type Windowing = ReadonlyMap<string, readonly string[]>

/** Nothing is windowed. */
export const noWindows: Windowing = new Map()

/** Reads from the kinds of objects which collections are windowed; they are so in all kinds. */
export function windowingOf(objects: Readonly<Record<string, ObjectSpec>>): Windowing {
  const windowing = new Map<string, readonly string[]>()
  for (const spec of Object.values(objects)) {
    for (const [name, member] of Object.entries(spec)) {
      if (!('fields' in member) || member.windowed === undefined) continue
      windowing.set(collectionPrefix(name), member.windowed)
    }
  }
  return windowing
}

/** Tells whether a row lies in a windowed collection. */
export const isWindowed = (windowing: Windowing, key: RowKey): boolean =>
  windowing.size > 0 && windowing.has(prefixOf(key))

/** Takes the rows of windowed collections out of others; gives them back. */
export function takeWindowed(windowing: Windowing, rows: Map<RowKey, Row>): Map<RowKey, Row> {
  const taken = new Map<RowKey, Row>()
  if (windowing.size === 0) return taken
  for (const [key, row] of rows) {
    if (!isWindowed(windowing, key)) continue
    taken.set(key, row)
    rows.delete(key)
  }
  return taken
}
