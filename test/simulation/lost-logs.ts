import type { ObjectId } from '@react-collab/core'
import { type Log, type Made, nameOf } from './oracle.js'

/** What logs had that were put back, or of which an object was removed. */
export class LostLogs {
  /** Edits that the log had when their object was removed; a restored log may have lost them before. */
  readonly buried: Set<Made> = new Set()
  /** Edits that were made before the log was put back to what it had been; undefined where it never was. */
  older: ReadonlySet<Made> | undefined
  /** What it had then: nobody may have heard that it did. */
  readonly #had = new Set<string>()

  /** The log is put back. */
  restored(made: readonly Made[], logs: Iterable<Log>): void {
    this.older = new Set(made)
    for (const { events } of logs) for (const event of events) this.#had.add(nameOf(event))
  }

  /** An object is removed. */
  removed(object: ObjectId, made: readonly Made[]): void {
    for (const edit of made) {
      const wasLogged = edit.server || this.#had.has(edit.name() ?? '')
      if (edit.object === object && wasLogged) this.buried.add(edit)
    }
  }
}
