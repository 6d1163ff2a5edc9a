/**
 * A text as it is stored: what is visible, readable at once, and beside it the elements.
 *
 * `meta` is a version (1), the number of runs, and the runs in document order; numbers are LEB128.
 * A run is a byte of flags, then only what the flags do not say: its author (the name's 8 bytes at
 * the first mention, later a number), the distance from that author's run before, its length, its
 * parent, its right origin. Equal sets of elements give equal bytes.
 */
export interface TextSnapshot {
  readonly text: string
  readonly meta: Uint8Array
}

/** The version that is written. */
export const SNAPSHOT_VERSION = 1

/** The run is deleted; its content is gone. */
export const DELETED = 1
/** Its author is that of the run before. */
export const SAME_AUTHOR = 2
/** It has one element, and no length is written. */
export const SINGLE = 4
/** It goes on where another run of its author ends, with the same right origin. */
export const CONTINUED = 8
/** It hangs after its parent, else before it. */
export const AFTER_PARENT = 16
/** Its parent is written; else it ends the run before, or begins the run behind. */
export const FAR_PARENT = 32
/** Its right origin begins the run behind. */
export const NEXT_RIGHT = 64
/** Its right origin is written; with neither of the two flags it is the end of the text. */
export const FAR_RIGHT = 128
