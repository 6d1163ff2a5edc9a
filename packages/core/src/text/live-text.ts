import { UsageError } from '../errors.js'
import { isWellFormed } from '../json.js'
import type { Replica } from '../stamp.js'
import type { TextAnchor } from './anchor.js'
import { editsBetween } from './diff.js'
import type { Delete, Insert, TextEdit, TextOps, TextWriter } from './ops.js'
import { Text, textPieces } from './text.js'

/** Edits that are kept for those who show the text; who is farther behind compares the strings. */
const LOG = 1024

/**
 * A text as a row holds it: one that was there at one time. It is another one after each change of
 * the text beneath, so that identity tells whether anything changed.
 */
export interface TextView {
  readonly live: LiveText
  readonly version: number
}

/** What was deleted from a place, to put it there again. */
export interface Removed {
  readonly place: TextAnchor
  readonly text: string
  /** The elements that it was, in order. */
  readonly elements: readonly Delete[]
}

/** Deleted text that was put again, as elements of other names. */
export interface Reborn {
  readonly from: readonly Delete[]
  readonly to: Delete
}

/** A change of a text: the ops that do the same elsewhere, and what takes it back. */
export interface TextChange {
  readonly ops: TextOps
  readonly removed: readonly Removed[]
  readonly reborn: readonly Reborn[]
}

/** A text that changes in place, and can tell what changed since somebody looked. */
export class LiveText {
  readonly text: Text
  #version: number
  /** The text that this one was copied from, and when. */
  readonly #origin: TextView | undefined
  #edits: TextEdit[][] = []

  constructor(text: Text = new Text(), origin?: TextView) {
    this.text = text
    this.#origin = origin
    this.#version = origin?.version ?? 0
  }

  /** The text as it now is. */
  get view(): TextView {
    return { live: this, version: this.#version }
  }

  /** A text of its own that goes on from here. */
  fork(): LiveText {
    return new LiveText(this.text.clone(), this.view)
  }

  /** Takes in what an event of `replica` changes; false, and no effect, where it refers to what is not known. */
  apply(replica: Replica, ops: TextOps): boolean {
    const edits: TextEdit[] = []
    if (!this.text.apply(replica, ops, (edit) => edits.push(edit))) return false
    this.#changed(edits)
    return true
  }

  /**
   * Puts `inserted` in place of `count` units from `index` on.
   *
   * Errors  `UsageError` BAD_OFFSET, BAD_UNICODE; nothing has changed then
   */
  splice(index: number, count: number, inserted: string, writer: TextWriter): TextChange {
    const removed = count === 0 ? '' : this.text.toString().slice(index, index + count)
    const { ops, lost } = this.#splice({ index, removed, inserted }, count, writer)
    this.#changed([{ index, removed, inserted }])
    return { ops, removed: lost, reborn: [] }
  }

  /**
   * Makes edits, of which each one stands before all earlier ones; the text has what they remove.
   *
   * Errors  `UsageError` BAD_OFFSET, BAD_UNICODE; of the first edit that cannot be, those before it
   *         are made then
   */
  spliceAll(edits: readonly TextEdit[], writer: TextWriter): TextChange {
    const made = edits.map((edit) => this.#splice(edit, edit.removed.length, writer))
    this.#changed([...edits])
    const inserts = made.flatMap(({ ops }) => ops.inserts)
    const deletes = made.flatMap(({ ops }) => ops.deletes)
    return { ops: { inserts, deletes }, removed: made.flatMap(({ lost }) => lost), reborn: [] }
  }

  #splice({ index, removed, inserted }: TextEdit, count: number, writer: TextWriter) {
    if (!isWellFormed(inserted)) {
      throw new UsageError('BAD_UNICODE', 'what is inserted has half a surrogate pair')
    }
    const ops = this.#opsOf(index, count, inserted, writer)
    const place = this.text.anchor(index, 'before')
    const lost: Removed[] = removed === '' ? [] : [{ place, text: removed, elements: ops.deletes }]
    return { ops, lost }
  }

  #opsOf(index: number, count: number, inserted: string, writer: TextWriter): TextOps {
    if (count !== 0 && inserted !== '') return this.text.replace(index, count, inserted, writer)
    const deletes = this.text.remove(index, count)
    const inserts = inserted === '' ? [] : [this.text.insert(index, inserted, writer)]
    return { inserts, deletes }
  }

  /**
   * Takes changes back: deletes what they typed, as far as it is still there, and puts again what
   * they deleted, wherever its place is by now. Undefined where nothing is left to do.
   */
  revert(
    typed: readonly Delete[],
    removed: readonly Removed[],
    writer: TextWriter,
  ): TextChange | undefined {
    const edits: TextEdit[] = []
    const erased = typed.flatMap((range) => this.#erase(range, edits))
    const inserts: Insert[] = []
    const reborn: Reborn[] = []
    for (const { place, text, elements } of removed) {
      const index = this.text.resolve(place) ?? this.text.length
      const made = this.#insert(index, text, writer)
      inserts.push(...made)
      const [first] = made[0] as Insert
      reborn.push({ from: elements, to: [writer.replica, first, text.length] })
      edits.push({ index, removed: '', inserted: text })
    }
    if (edits.length === 0) return undefined
    this.#changed(edits)
    const deletes = erased.flatMap(({ elements }) => elements)
    return { ops: { inserts, deletes }, removed: erased, reborn }
  }

  /** Inserts text of any length, as elements that follow each other. */
  #insert(index: number, text: string, writer: TextWriter): Insert[] {
    let at = index
    return textPieces(text).map((piece) => {
      const insert = this.text.insert(at, piece, writer)
      at += piece.length
      return insert
    })
  }

  /** Deletes what is visible of a range, and tells it stretch by stretch. */
  #erase([replica, id, length]: Delete, edits: TextEdit[]): Removed[] {
    const stretches: { index: number; text: string; first: number }[] = []
    for (let at = id; at < id + length; at++) {
      this.text.erase([replica, at, 1], (edit) => {
        edits.push(edit)
        const last = stretches.at(-1)
        const isNext = last?.index === edit.index && last.first + last.text.length === at
        if (last !== undefined && isNext) last.text += edit.removed
        else stretches.push({ index: edit.index, text: edit.removed, first: at })
      })
    }
    return stretches.map(({ index, text, first }) => ({
      place: this.text.anchor(index, 'before'),
      text,
      elements: [[replica, first, text.length]],
    }))
  }

  /**
   * What changed since a view, one edit after the other, and exact: of this text, or of another one
   * that held the same text, as before everything was read anew. Undefined when too much was done to
   * the text of the view since to know.
   */
  editsSince(view: TextView): readonly TextEdit[] | undefined {
    const { live, version } = view
    const isOwn = live === this || (live === this.#origin?.live && version === this.#origin.version)
    if (isOwn) return this.#lastEdits(this.#version - version)
    // The state that was seen is not kept; what was done to it since leads to one that is.
    const since = live.#lastEdits(live.#version - version)
    return since && [...since, ...editsBetween(live.text, this.text)]
  }

  #lastEdits(steps: number): readonly TextEdit[] | undefined {
    if (steps < 0 || steps > this.#edits.length) return undefined
    return steps === 0 ? [] : this.#edits.slice(-steps).flat()
  }

  #changed(edits: TextEdit[]): void {
    this.#version += 1
    this.#edits.push(edits)
    if (this.#edits.length > 2 * LOG) this.#edits = this.#edits.slice(-LOG)
  }
}
