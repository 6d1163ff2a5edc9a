import type { Made } from './oracle.js'
import type { Timeline } from './timeline.js'

/** By now every client that is connected has heard what time it is. */
const HEARD_MS = 60_000

/**
 * Edits that only the log has: clients keep what it accepted for a day, by what the server last said
 * of the time, and a log that is put back to what it was may lack it.
 */
export class Exposure {
  readonly #made: readonly Made[]
  readonly #timeline: Timeline
  readonly #edits = new Set<Made>()
  #leaptAt = -Infinity
  /** The log was put back: what nobody else holds is gone. */
  isRestored = false

  constructor(made: readonly Made[], timeline: Timeline) {
    this.#made = made
    this.#timeline = timeline
  }

  /** Those that may be gone. */
  get edits(): Iterable<Made> {
    return this.isRestored ? this.#edits : []
  }

  /** The server's time has gone on, or back, by a day or more. */
  leapt(): void {
    this.#leaptAt = this.#timeline.now
    this.#expose()
  }

  /** The log is put back. */
  restored(): void {
    this.isRestored = true
    if (this.#timeline.now - this.#leaptAt < HEARD_MS) this.#expose()
  }

  #expose(): void {
    for (const edit of this.#made) if (edit.server) this.#edits.add(edit)
  }
}
