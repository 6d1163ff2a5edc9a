import type { Replica } from '../stamp.js'

/**
 * Names one UTF-16 unit of a text, seen from the writer of an event: a bare number is one of its
 * own, 0 is the border: the start where a parent is meant, the end where a right neighbour is.
 */
export type ElementRef = number | readonly [replica: Replica, id: number]

/** Which child of its parent a run is: 0 stands before it, 1 after it. */
export type Side = 0 | 1

/** The side of what stands before its parent. */
export const LEFT = 0

/** The side of what stands after its parent. */
export const RIGHT = 1

/** The name of the border, on either side; elements count from 1. */
export const BORDER = 0

/** The greatest number that an element may have. */
export const MAX_ELEMENT: number = 2 ** 48

/**
 * A run of new elements, numbered from `id`, one for each UTF-16 unit of `text`.
 *
 * `parent` and `side` say where the first one hangs, each other one hangs after the one before it.
 * `right` is what stood to the right of a run with side 1; a run with side 0 has its parent there,
 * and writes 0. In place of `text` a number stands for as many elements that are deleted already.
 */
export type Insert = readonly [
  id: number,
  parent: ElementRef,
  side: Side,
  right: ElementRef,
  text: string | number,
]

/** Deletes `length` elements that `replica` made, from `id` on. */
export type Delete = readonly [replica: Replica, id: number, length: number]

/** What one event changes in one text; all inserts count before all deletes. */
export interface TextOps {
  readonly inserts: readonly Insert[]
  readonly deletes: readonly Delete[]
}

/** Counts the elements that an insert makes. */
export const sizeOf = ([, , , , text]: Insert): number =>
  typeof text === 'number' ? text : text.length

/** Tells the right neighbour of an insert, which for side 0 is its parent. */
export const rightOf = ([, parent, side, right]: Insert): ElementRef =>
  side === LEFT ? parent : right

/** Tells whether two references of one writer name the same element. */
export const sameRef = (a: ElementRef, b: ElementRef): boolean =>
  typeof a === 'number' || typeof b === 'number' ? a === b : a[0] === b[0] && a[1] === b[1]

/** Who writes into texts, and the number that its next element has; writing raises it. */
export interface TextWriter {
  readonly replica: Replica
  nextId: number
}

/** One change of a text by index: at `index`, `removed` gives way to `inserted`. */
export interface TextEdit {
  readonly index: number
  readonly removed: string
  readonly inserted: string
}
