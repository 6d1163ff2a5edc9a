import type { MarkRange, MarkValues, Value } from '@react-collab/core'
import type { Written } from '../edit.js'
import type { Fold, FoldedText } from '../folded-text.js'
import { type Unsubscribe, whenOther } from '../listeners.js'
import { checkForwards } from '../text-range.js'
import { areSame } from './mark-reading.js'
import { type EditableMarks, marksAt, type TextMarks } from './text-marks.js'

/**
 * The marks of a text by the offsets of what is shown of it, where parts are folded.
 *
 * ```ts
 * const text = foldText(object.text('body'))
 * const marks = foldMarks(marksOf(object, 'body'), text)
 * const extensions = [collabText(text), collabMarks(marks)]
 * ```
 * What is marked across a placeholder is marked in all that it hides; a placeholder is shown as marked
 * where all of that is.
 */
export const foldMarks = (marks: TextMarks, text: FoldedText): EditableMarks =>
  new FoldedMarks(marks, text)

class FoldedMarks implements EditableMarks {
  readonly text: FoldedText
  readonly #marks: TextMarks
  #seen: { readonly ranges: readonly MarkRange[]; readonly folds: readonly Fold[] } | undefined
  #ranges: readonly MarkRange[] = []

  constructor(marks: TextMarks, text: FoldedText) {
    this.#marks = marks
    this.text = text
  }

  get ranges(): readonly MarkRange[] {
    const { ranges } = this.#marks
    const folds = this.text.folds()
    if (this.#seen?.ranges === ranges && this.#seen.folds === folds) return this.#ranges
    this.#seen = { ranges, folds }
    const shown = folds.length === 0 ? ranges : ranges.flatMap((range) => this.#shownOf(range))
    if (!areSame(shown, this.#ranges)) this.#ranges = shown
    return this.#ranges
  }

  at(index: number): MarkValues {
    // Making an anchor checks the offset.
    this.text.anchor(index)
    return marksAt(this.ranges, index)
  }

  has(from: number, to: number, kind: string, value?: Value): boolean {
    return this.#marks.has(...this.#hiddenOf(from, to), kind, value)
  }

  mark(from: number, to: number, kind: string, value?: Value): Written {
    return this.#marks.mark(...this.#hiddenOf(from, to), kind, value)
  }

  unmark(from: number, to: number, kind: string): Written {
    return this.#marks.unmark(...this.#hiddenOf(from, to), kind)
  }

  toggle(from: number, to: number, kind: string, value?: Value): Written {
    return this.#marks.toggle(...this.#hiddenOf(from, to), kind, value)
  }

  subscribe(listener: () => void): Unsubscribe {
    return whenOther(() => this.ranges, [this.#marks, this.text], listener)
  }

  /** A stretch that begins or ends within a fold is shown without its placeholder. */
  #shownOf({ from, to, marks }: MarkRange): MarkRange[] {
    const { text } = this.#marks
    const start = this.text.resolve(text.anchor(from, 'before')) ?? 0
    const end = this.text.resolve(text.anchor(to, 'after')) ?? 0
    return start < end ? [{ from: start, to: end, marks }] : []
  }

  /** Where in the text a stretch of what is shown is; a placeholder counts as a whole. */
  #hiddenOf(from: number, to: number): [from: number, to: number] {
    const { text } = this.#marks
    const anchors = [this.text.anchor(from, 'after'), this.text.anchor(to, 'before')] as const
    checkForwards(from, to)
    const start = text.resolve(anchors[0]) ?? 0
    // Nothing is shown between the edges of a placeholder: a caret stays one.
    return [start, from === to ? start : (text.resolve(anchors[1]) ?? start)]
  }
}
