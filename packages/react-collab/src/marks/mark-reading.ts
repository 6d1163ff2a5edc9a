import {
  type MarkRange,
  MarkPlaces,
  paintMarks,
  type Stroke,
  type TextView,
} from '@react-collab/core'
import { type Unsubscribe, whenOther } from '../listeners.js'
import { sameEntries } from '../same-entries.js'
import type { SharedText } from '../shared-text.js'
import type { MarkIndex, MarksByKey } from './mark-index.js'

const nothing: readonly MarkRange[] = Object.freeze([])

/** What one text is marked with, read when the text or its marks are others. */
export class MarkReading {
  readonly text: SharedText
  readonly #index: MarkIndex
  readonly #name: string
  readonly #places = new MarkPlaces()
  #seen: { readonly view: TextView; readonly marks: MarksByKey } | undefined
  #strokes: readonly Stroke[] = []
  #ranges = nothing

  constructor(text: SharedText, index: MarkIndex, name: string) {
    this.text = text
    this.#index = index
    this.#name = name
  }

  /** Where each mark is now. */
  get strokes(): readonly Stroke[] {
    this.#read()
    return this.#strokes
  }

  /** The marked stretches; the same array as long as none of them is another. */
  get ranges(): readonly MarkRange[] {
    this.#read()
    return this.#ranges
  }

  /** Calls `listener` when the marked stretches are others. */
  subscribe(listener: () => void): Unsubscribe {
    return whenOther(() => this.ranges, [this.#index, this.text], listener)
  }

  #read(): void {
    const { view } = this.text
    const marks = this.#index.of(this.#name)
    const seen = this.#seen
    const isText = seen?.view.live === view?.live && seen?.view.version === view?.version
    if (isText && seen?.marks === marks) return
    this.#seen = view && { view, marks }
    this.#strokes = view === undefined ? [] : this.#places.read(view, marks)
    const ranges = paintMarks(this.#strokes)
    if (!areSame(ranges, this.#ranges)) this.#ranges = Object.freeze(ranges)
  }
}

/** Tells whether two lists of stretches show the same. */
export const areSame = (a: readonly MarkRange[], b: readonly MarkRange[]): boolean =>
  a.length === b.length && a.every((range, i) => isSame(range, b[i] as MarkRange))

/** The same JSON is shown as the same value. */
const isSame = (a: MarkRange, b: MarkRange): boolean =>
  a.from === b.from && a.to === b.to && sameEntries(a.marks, b.marks)
