import {
  type AnchorSide,
  cut,
  hiddenIndex,
  type HiddenRange,
  rangeAfter,
  shownEdit,
  shownIndex,
  type TextAnchor,
  type TextEdit,
  type TextView,
  UsageError,
  withHidden,
} from '@react-collab/core'
import { unchanged, type Written } from './edit.js'
import type { EditableText } from './editable-text.js'
import { checkText } from './argument.js'
import type { Unsubscribe } from './listeners.js'
import type { SharedText } from './shared-text.js'
import { readFolds, type SavedFold } from './saved-folds.js'
import { editBetween } from './text-difference.js'
import { checkForwards } from './text-range.js'

/** A fold of a text; as JSON it can be kept, and given to `restore`. */
export interface Fold extends SavedFold {
  /** Names it as long as it is there. */
  readonly id: number
  /** Where its placeholder stands in what is shown. */
  readonly at: number
  readonly hidden: string
}

/** A fold as it is held: where it now is, and what it holds on to. */
interface Held extends HiddenRange {
  readonly id: number
  readonly anchors: SavedFold['anchors']
}

/**
 * A text of which parts are hidden behind placeholders, on this screen, while everybody goes on
 * editing all of it.
 *
 * ```ts
 * const text = foldText(object.text('body'))
 * const id = text.fold(5, 11)
 * text.toString() // 'hello…!'
 * text.unfold(id)
 * ```
 * It is edited as what it shows. What is typed right beside a placeholder is shown. What is deleted
 * together with a placeholder takes along what that hides; a deletion of nothing but a placeholder,
 * as by Backspace right behind it, unfolds it.
 */
export class FoldedText implements EditableText {
  readonly #text: SharedText
  readonly #listeners = new Set<(edits: readonly TextEdit[]) => void>()
  #unsubscribe: Unsubscribe | undefined
  /** In order, and none overlaps another. */
  #folds: readonly Held[] = []
  #told: readonly Fold[] | undefined
  #lastId = 0
  /** The text as the folds know it, and what of it is shown. */
  #seen: TextView | undefined
  #shown: string
  /** What has not been told yet. */
  #untold: TextEdit[] = []
  /** Folds that an edit is about to take away with all that they hide. */
  #leaving: readonly Held[] = []

  /** @internal */
  constructor(text: SharedText) {
    this.#text = text
    this.#seen = text.view
    this.#shown = text.toString()
  }

  get length(): number {
    return this.toString().length
  }

  /** What is shown. */
  toString(): string {
    this.#read()
    return this.#shown
  }

  /** The folds that there are, in order; the same array as long as nothing changed. */
  folds(): readonly Fold[] {
    this.#read()
    const text = this.#text.toString()
    this.#told ??= this.#folds.map(({ id, from, to, placeholder, anchors }) => ({
      id,
      at: shownIndex(this.#folds, from, 'after'),
      hidden: text.slice(from, to),
      placeholder,
      anchors,
    }))
    return this.#told
  }

  /**
   * Hides what is shown from `from` up to before `to`; gives what names the fold. Folds within are
   * taken into it.
   *
   * Errors  `UsageError` BAD_OFFSET for what is no stretch of the text, BAD_VALUE for a placeholder
   *         that is empty or no text
   */
  fold(from: number, to: number, placeholder = '…'): number {
    if (typeof placeholder !== 'string' || placeholder === '')
      throw new UsageError('BAD_VALUE', `${cut(placeholder)} is no placeholder`)
    checkForwards(from, to)
    const [start, end] = this.#rangeOf(from, to - from)
    if (start >= end)
      throw new UsageError('BAD_OFFSET', `nothing is from ${cut(from)} to ${cut(to)}`)
    const id = ++this.#lastId
    this.#hide([this.#held(id, start, end, placeholder)])
    return id
  }

  /** Shows again what a fold hides; false when there is no such fold. */
  unfold(id: number): boolean {
    this.#read()
    const fold = this.#folds.find((one) => one.id === id)
    if (fold === undefined) return false
    const inserted = this.#text.toString().slice(fold.from, fold.to)
    const index = shownIndex(this.#folds, fold.from, 'after')
    this.#folds = this.#folds.filter((one) => one !== fold)
    this.#changed([{ index, removed: fold.placeholder, inserted }])
    this.#tell()
    return true
  }

  /**
   * Folds again what `folds` gave, before a reload; gives the number of folds that still hide
   * something. One that overlaps a fold that is there is passed over.
   *
   * Errors  `UsageError` BAD_VALUE for what `folds` never gave
   */
  restore(saved: readonly SavedFold[]): number {
    this.#read()
    const all = readFolds(saved).flatMap(({ anchors: [start, end], placeholder }) => {
      const [from, to] = [this.#text.resolve(start), this.#text.resolve(end)]
      const isThere = from !== undefined && to !== undefined && from < to
      return isThere ? [this.#held(++this.#lastId, from, to, placeholder)] : []
    })
    const fresh: Held[] = []
    for (const one of all) {
      const isFree = [...this.#folds, ...fresh].every(
        ({ from, to }) => to <= one.from || one.to <= from,
      )
      if (isFree) fresh.push(one)
    }
    this.#hide(fresh)
    return fresh.length
  }

  splice(index: number, count: number, inserted: string): Written {
    const [from, to] = this.#rangeOf(index, count)
    const touched =
      count === 0 ? [] : this.#folds.filter((fold) => fold.from < to && from < fold.to)
    const [only] = touched
    if (touched.length === 1 && inserted === '' && only?.from === from && only.to === to) {
      this.unfold(only.id)
      return unchanged
    }
    this.#leaving = touched
    try {
      const written = this.#text.splice(from, to - from, inserted)
      this.#read()
      return written
    } finally {
      this.#leaving = []
    }
  }

  anchor(index: number, side: AnchorSide = 'before'): TextAnchor {
    this.#checkOffset(index)
    return this.#text.anchor(hiddenIndex(this.#folds, index, side), side)
  }

  /** Finds an anchor's place; within a fold that is an edge of its placeholder. */
  resolve(anchor: TextAnchor): number | undefined {
    this.#read()
    const index = this.#text.resolve(anchor)
    return index === undefined ? undefined : shownIndex(this.#folds, index, anchor[2])
  }

  subscribe(listener: (edits: readonly TextEdit[]) => void): Unsubscribe {
    this.#read()
    const entry = (edits: readonly TextEdit[]): void => listener(edits)
    this.#listeners.add(entry)
    this.#unsubscribe ??= this.#text.subscribe(() => this.#tell())
    return () => {
      this.#listeners.delete(entry)
      if (this.#listeners.size > 0) return
      this.#unsubscribe?.()
      this.#unsubscribe = undefined
      this.#untold = []
    }
  }

  /** Where in the text a stretch of what is shown is; a placeholder counts as a whole. */
  #rangeOf(index: number, count: number): readonly [from: number, to: number] {
    this.#checkOffset(index)
    if (!Number.isInteger(count) || count < 0)
      throw new UsageError('BAD_OFFSET', `${cut(count)} is no number of units`)
    this.#checkOffset(index + count)
    const from = hiddenIndex(this.#folds, index, count === 0 ? 'before' : 'after')
    return [from, count === 0 ? from : hiddenIndex(this.#folds, index + count, 'before')]
  }

  #checkOffset(index: number): void {
    const { length } = this
    if (Number.isInteger(index) && index >= 0 && index <= length) return
    throw new UsageError('BAD_OFFSET', `${cut(index)} is no index of a text of ${length}`)
  }

  #held(id: number, from: number, to: number, placeholder: string): Held {
    const anchors = [this.#text.anchor(from, 'after'), this.#text.anchor(to, 'before')] as const
    return { id, from, to, placeholder, anchors }
  }

  #hide(fresh: readonly Held[]): void {
    for (const one of fresh) {
      const inside = this.#folds.filter(({ from, to }) => from >= one.from && to <= one.to)
      const index = shownIndex(this.#folds, one.from, 'after')
      const end = shownIndex(this.#folds, one.to, 'before')
      const edit = { index, removed: this.#shown.slice(index, end), inserted: one.placeholder }
      const others = this.#folds.filter((fold) => !inside.includes(fold))
      this.#folds = [...others, one].sort((a, b) => a.from - b.from)
      this.#changed([edit])
    }
    this.#tell()
  }

  /** Brings the folds up to the text as it now is. */
  #read(): void {
    const view = this.#text.view
    const seen = this.#seen
    if (view?.live === seen?.live && view?.version === seen?.version) return
    this.#seen = view
    const edits = seen === undefined ? undefined : view?.live.editsSince(seen)
    const told = edits?.flatMap((edit) => this.#pass(edit) ?? [])
    if (told !== undefined) {
      this.#folds = this.#folds.map((fold) =>
        this.#held(fold.id, fold.from, fold.to, fold.placeholder),
      )
      this.#changed(told)
    } else this.#findAgain()
  }

  /** Carries the folds past an edit of the text; gives what it is of what is shown. */
  #pass(edit: TextEdit): TextEdit | undefined {
    const before = this.#folds
    const stay = before.filter(({ id }) => !this.#leaving.some((fold) => fold.id === id))
    this.#leaving = []
    this.#folds = stay.flatMap((fold) => rangeAfter(fold, edit) ?? [])
    return shownEdit(edit, before, this.#folds)
  }

  /** Finds the folds where what they hold on to is, after more edits than are known. */
  #findAgain(): void {
    const shown = this.#shown
    this.#folds = this.#folds.flatMap(({ id, anchors: [start, end], placeholder }) => {
      const [from, to] = [this.#text.resolve(start), this.#text.resolve(end)]
      const isThere = from !== undefined && to !== undefined && from < to
      return isThere ? [this.#held(id, from, to, placeholder)] : []
    })
    const now = withHidden(this.#text.toString(), this.#folds)
    this.#changed([editBetween(shown, now) ?? []].flat())
  }

  #changed(edits: readonly TextEdit[]): void {
    this.#shown = withHidden(this.#text.toString(), this.#folds)
    this.#told = undefined
    if (this.#listeners.size > 0) this.#untold.push(...edits)
  }

  #tell(): void {
    this.#read()
    const edits = this.#untold
    this.#untold = []
    const errors: unknown[] = []
    for (const listener of edits.length > 0 ? this.#listeners : []) {
      try {
        listener(edits)
      } catch (error) {
        errors.push(error)
      }
    }
    // One that throws keeps no other from hearing; who edited or sent gets to know.
    if (errors.length > 0) throw errors[0]
  }
}

/** Makes a text whose parts can be hidden on this screen. */
export function foldText(text: SharedText): FoldedText {
  checkText(text)
  return new FoldedText(text)
}
