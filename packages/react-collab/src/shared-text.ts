import {
  type AnchorSide,
  emptyRow,
  isTextAnchor,
  isWellFormed,
  readText,
  Text,
  type TextAnchor,
  type TextEdit,
  textPieces,
  type TextView,
  UsageError,
} from '@react-collab/core'
import { unchanged, type Written, writtenWith } from './edit.js'
import type { FieldPlace } from './field-path.js'
import type { Unsubscribe } from './listeners.js'
import type { Replica } from './replica.js'
import { editBetween } from './text-difference.js'

const noText = new Text()

/**
 * A text that people edit at the same time, and that keeps what each of them typed.
 *
 * ```ts
 * const title = object.text('title')
 * title.insert(0, 'Hello')
 * title.replace('Hello, world') // writes what differs
 * ```
 * Offsets count UTF-16 units, as those of strings do. Edits throw a `UsageError`, and have changed
 * nothing: BAD_OFFSET for what is no place, BAD_UNICODE for half a surrogate pair, NOT_LOADED while
 * the object is being read from disk.
 */
export class SharedText {
  readonly #replica: Replica
  readonly #place: FieldPlace

  constructor(replica: Replica, place: FieldPlace) {
    this.#replica = replica
    this.#place = place
  }

  get length(): number {
    return this.#text.length
  }

  toString(): string {
    return this.#text.toString()
  }

  /** The text as it now is; the same object as long as nothing changed. */
  get view(): TextView | undefined {
    const { key, field } = this.#place
    return readText(this.#replica.visible.row(key) ?? emptyRow, field)
  }

  get #text(): Text {
    return this.view?.live.text ?? noText
  }

  insert(index: number, text: string): Written {
    return this.splice(index, 0, text)
  }

  remove(index: number, count: number): Written {
    return this.splice(index, count, '')
  }

  /** Puts `inserted` in place of `count` units from `index` on. */
  splice(index: number, count: number, inserted: string): Written {
    const { key, field } = this.#place
    checkInserted(inserted)
    const [first = '', ...more] = textPieces(inserted)
    // Making an anchor checks the offset.
    if (count === 0 && first === '') return this.anchor(index) && unchanged
    const edit = (at: number, removed: number, text: string): Written =>
      this.#replica.editing.editText(key, field, (live, writer) =>
        live.splice(at, removed, text, writer),
      ) ?? unchanged
    const edits: Written[] = [edit(index, count, first)]
    let at = index + first.length
    for (const part of more) {
      edits.push(edit(at, 0, part))
      at += part.length
    }
    return writtenWith(edits)
  }

  /** Makes the text this one; only the part that differs is written. */
  replace(text: string): Written {
    checkInserted(text)
    const edit = editBetween(this.toString(), text)
    if (edit === undefined) return unchanged
    return this.splice(edit.index, edit.removed.length, edit.inserted)
  }

  /** Holds on to a place: to the unit before it, or the one after it. It survives all edits. */
  anchor(index: number, side: AnchorSide = 'before'): TextAnchor {
    return this.#text.anchor(index, side)
  }

  /** Finds an anchor's place; undefined when what it holds on to is not known here. */
  resolve(anchor: TextAnchor): number | undefined {
    return isTextAnchor(anchor) ? this.#text.resolve(anchor) : undefined
  }

  /** Calls `listener` after each change, with what changed, one edit after the other. */
  subscribe(listener: (edits: readonly TextEdit[]) => void): Unsubscribe {
    let seen = this.view
    let shown = this.toString()
    return this.#replica.listeners.onRow(this.#place.key, () => {
      const view = this.view
      if (view?.live === seen?.live && view?.version === seen?.version) return
      const now = this.toString()
      const edits = seen && view?.live.editsSince(seen)
      // Only where there was no text, there is none now, or too much happened to it to know.
      const apart = edits ?? [editBetween(shown, now) ?? []].flat()
      seen = view
      shown = now
      if (apart.length > 0) listener(apart)
    })
  }
}

/** All of it is checked before any of it is written. */
function checkInserted(text: unknown): void {
  if (typeof text !== 'string')
    throw new UsageError('BAD_VALUE', 'what is inserted into a text is a string')
  if (!isWellFormed(text))
    throw new UsageError('BAD_UNICODE', 'what is inserted has half a surrogate pair')
}
