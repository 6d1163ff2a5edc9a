import type { AnchorSide, TextAnchor, TextEdit } from '@react-collab/core'
import type { Written } from './edit.js'
import type { Unsubscribe } from './listeners.js'

/**
 * A text to show and to edit: a shared one, or one of which parts are folded. Offsets count UTF-16
 * units.
 */
export interface EditableText {
  readonly length: number
  toString(): string
  /** Puts `inserted` in place of `count` units from `index` on. */
  splice(index: number, count: number, inserted: string): Written
  /** Holds on to a place: to the unit before it, or the one after it. */
  anchor(index: number, side?: AnchorSide): TextAnchor
  /** Finds an anchor's place; undefined when what it holds on to is not known here. */
  resolve(anchor: TextAnchor): number | undefined
  /** Calls `listener` after each change, with what changed, one edit after the other. */
  subscribe(listener: (edits: readonly TextEdit[]) => void): Unsubscribe
}
