import { type Row, sameJson, type TextView } from '@react-collab/core'
import { sameEntries } from './same-entries.js'

/** The first of the known rows that is equal to a row, else this one: what is equal is shown once. */
export const sameOf = (known: readonly (Row | undefined)[], row: Row): Row =>
  known.find((one) => one !== undefined && isEqualRow(one, row)) ?? row

/** Tells whether two rows were made by the same writes. */
export const isSameRow = (a: Row, b: Row): boolean =>
  a === b ||
  (sameEntries(a.stamps, b.stamps) &&
    sameEntries(a.sums ?? {}, b.sums ?? {}) &&
    sameEntries(lengthsOf(a), lengthsOf(b)))

/** Texts of the same edits are equal; one that took no part in an event that has no effect is not. */
const lengthsOf = ({ texts = {} }: Row): Record<string, number> =>
  Object.fromEntries(Object.entries(texts).map(([field, { live }]) => [field, live.text.length]))

/** Tells whether two rows hold the same, written by the same: also what nobody sees of it. */
function isEqualRow(a: Row, b: Row): boolean {
  return (
    a === b ||
    (sameEntries(a.stamps, b.stamps) &&
      sameEntries(a.sums ?? {}, b.sums ?? {}) &&
      areEqual(a.values, b.values, sameJson) &&
      areEqual(a.texts ?? {}, b.texts ?? {}, isEqualText))
  )
}

function areEqual<T>(
  a: Readonly<Record<string, T>>,
  b: Readonly<Record<string, T>>,
  isEqual: (a: T, b: T) => boolean,
): boolean {
  const names = Object.keys(a)
  return (
    names.length === Object.keys(b).length &&
    names.every((name) => Object.hasOwn(b, name) && isEqual(a[name] as T, b[name] as T))
  )
}

/** Equal sets of elements are written as equal bytes. */
function isEqualText(a: TextView, b: TextView): boolean {
  if (a.live === b.live) return a.version === b.version
  if (a.live.text.toString() !== b.live.text.toString()) return false
  const [left, right] = [a.live.text.encode().meta, b.live.text.encode().meta]
  return left.length === right.length && left.every((byte, i) => byte === right[i])
}
