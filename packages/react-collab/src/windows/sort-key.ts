import { type Json, readWritten } from '@react-collab/core'

/** What a value is ordered by: its kind, then a number or a text. */
export type SortKey = readonly [rank: number, sort: number | string]

/** Texts are ordered by as much of them; what is equal so far, by the keys of the rows. */
const LONGEST = 100

/** Where rows without the field are. */
const missing: SortKey = [9, 0]

/**
 * Gives what a value is ordered by: null and structures, false, true, numbers by size, texts as people
 * sort them, then rows without one.
 *
 * An index of a disk knows only the order of numbers and of UTF-16 units; so the text is written such
 * that these give the order: without case and accents, and with the length before each number in it.
 */
export function sortKeyOf(json: Json | undefined): SortKey {
  if (json === undefined) return missing
  const value = typeof json === 'object' ? readWritten(json).value : json
  if (typeof value === 'boolean') return [1, Number(value)]
  if (typeof value === 'number') return [2, value]
  return typeof value === 'string' ? [3, collated(value)] : [0, 0]
}

/** Source  letters as in `toLowerCase`, accents as in Unicode's canonical decomposition */
function collated(text: string): string {
  const start = text.slice(0, LONGEST)
  const plain = isAscii.test(start) ? start : start.normalize('NFD').replaceAll(accents, '')
  return plain.toLowerCase().replaceAll(digits, sized)
}

// oxlint-disable-next-line no-control-regex -- it is the range of ASCII that is asked for
const isAscii = /^[\u0000-\u007f]*$/
const accents = /\p{M}+/gu
const digits = /\d+/g

/** Puts its length before a number: that of 8 is 1, of nine digits 90, of ten 91. */
function sized(digitsOf: string): string {
  const number = digitsOf.replace(/^0+(?=\d)/, '')
  return '9'.repeat(Math.floor(number.length / 9)) + String(number.length % 9) + number
}
