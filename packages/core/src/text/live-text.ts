import { UsageError } from '../errors.js'
import { isWellFormed } from '../json.js'
import type { Replica } from '../stamp.js'
import type { TextEdit, TextOps, TextWriter } from './ops.js'
import { Text } from './text.js'

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
   * Puts `inserted` in place of `count` units from `index` on; gives the ops that do so elsewhere.
   *
   * Errors  `UsageError` BAD_OFFSET, BAD_UNICODE; nothing has changed then
   */
  splice(index: number, count: number, inserted: string, writer: TextWriter): TextOps {
    if (!isWellFormed(inserted)) {
      throw new UsageError('BAD_UNICODE', 'what is inserted has half a surrogate pair')
    }
    const removed = count === 0 ? '' : this.text.toString().slice(index, index + count)
    const deletes = this.text.remove(index, count)
    const inserts = inserted === '' ? [] : [this.text.insert(index, inserted, writer)]
    this.#changed([{ index, removed, inserted }])
    return { inserts, deletes }
  }

  /** What changed since a view of this text, one after the other; undefined when that is not known. */
  editsSince({ live, version }: TextView): readonly TextEdit[] | undefined {
    const isOwn = live === this || (live === this.#origin?.live && version === this.#origin.version)
    const steps = this.#version - version
    if (!isOwn || steps < 0 || steps > this.#edits.length) return undefined
    return steps === 0 ? [] : this.#edits.slice(-steps).flat()
  }

  #changed(edits: TextEdit[]): void {
    this.#version += 1
    this.#edits.push(edits)
    if (this.#edits.length > 2 * LOG) this.#edits = this.#edits.slice(-LOG)
  }
}
