import { hashBits, hashText } from './hash.js'
import { canonicalJson, type Json } from './json.js'
import type { RowKey } from './names.js'
import type { Row } from './row.js'
import { packTexts } from './row-page.js'

/** How many buckets the rows of an object are summed into. */
export const DIGEST_BUCKETS = 256
/** Digests are kept, and can be compared, at multiples of this many entries (R15). */
export const DIGEST_EVERY = 256

/** The digests of all rows of an object, summed by bucket modulo 2^32. */
export type Digests = Int32Array<ArrayBuffer>

/** Makes the digests of an object without rows. */
export const createDigests = (): Digests => new Int32Array(DIGEST_BUCKETS)

/** The bucket of a row. */
export const digestBucket = (key: RowKey): number => hashBits(key) % DIGEST_BUCKETS

/**
 * Digests all cells of a row, with their stamps, into 32 bits; 0 where there is no cell.
 *
 * Laws  rows with the same cells have the same digest, however they came to be [DIG1]
 * Cost  O(what the row holds)
 */
export function digestRow(key: RowKey, row: Row): number {
  const cells = cellsOf(row)
  return cells === '' ? 0 : hashBits(`${key}\n${cells}`) | 0
}

/** Each cell a line, in the order of their names; of what may hold anything the length comes first. */
function cellsOf({ values, stamps, sums, texts }: Row): string {
  let cells = ''
  for (const field of Object.keys(stamps).toSorted()) {
    const value = Object.hasOwn(values, field) ? written(values[field] as Json) : ''
    cells += `${field.length}=${field}${stamps[field]}${value}\n`
  }
  for (const field of Object.keys(sums ?? {}).toSorted())
    cells += `${field.length}+${field}${sums?.[field]}\n`
  if (texts === undefined) return cells
  const packed = packTexts(texts)
  for (const field of Object.keys(packed).toSorted())
    cells += `${field.length}~${field}${JSON.stringify(packed[field])}\n`
  return cells
}

const written = (value: Json): string =>
  typeof value === 'string' ? `${value.length}"${value}` : canonicalJson(value)

/**
 * Puts the digest of a row in place of an earlier one of it; 0 stands for no row.
 *
 * Laws  the sums do not depend on the order [DIG2]
 */
export function exchangeDigest(digests: Digests, key: RowKey, before: number, after: number): void {
  // The array takes sums modulo 2^32.
  digests[digestBucket(key)]! += after - before
}

/** Digests rows from scratch. */
export function digestRows(rows: Iterable<readonly [RowKey, Row]>): Digests {
  const digests = createDigests()
  for (const [key, row] of rows) exchangeDigest(digests, key, 0, digestRow(key, row))
  return digests
}

/** Writes digests as one word for each bucket. */
export const digestWords = (digests: Digests): string[] =>
  Array.from(digests, (sum) => (sum >>> 0).toString(36))

/** Reads what `digestWords` wrote. */
export const digestsOf = (words: readonly string[]): Digests =>
  Int32Array.from(words, (word) => Number.parseInt(word, 36) | 0)

/** One word for all buckets: what a client tells. */
export const digestOfWords = (words: readonly string[]): string => hashText(words.join())

/** The buckets in which two differ. */
export const differingBuckets = (one: readonly string[], other: readonly string[]): number[] =>
  Array.from({ length: DIGEST_BUCKETS }, (_, bucket) => bucket).filter(
    (bucket) => one[bucket] !== other[bucket],
  )
