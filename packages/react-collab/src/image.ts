import { type Json, type JsonObject, type Patch, type RowKey, TOMBSTONE } from '@react-collab/core'

/** A row as it was made: its id, encoded as in its key, and its values. */
export type Image = readonly [id: string, values: JsonObject]

/** Images of one record: IndexedDB costs per request, and one that is refused has them written again. */
export const PAGE_ROWS = 500

/** Rows that are made together, all in one collection, and of one owner if it is owned. */
export interface BatchImages {
  /** What their keys begin with, up to the id. */
  readonly prefix: string
  readonly count: number
  /** Their images as they lie on the disk, `PAGE_ROWS` a page. */
  readonly pages: readonly string[]
}

/** Writes images as they lie on the disk. */
export const pageOf = (images: readonly (Image | null)[]): string => JSON.stringify(images)

/** The patches that make a row of its image, always the same. */
export function patchesOf(prefix: string, [id, values]: Image): readonly Patch[] {
  const key = (prefix + id) as RowKey
  const patches = Object.keys(values).map((field): Patch => {
    return ['=', key, field, values[field] as Json]
  })
  patches.push(['=', key, TOMBSTONE, false])
  return patches
}
