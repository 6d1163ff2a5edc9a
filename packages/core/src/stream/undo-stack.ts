import { compose, invert, merge } from '../change/algebra.js'
import type { Change } from '../change/change.js'

/** An edit that can be taken back. */
export interface UndoEntry {
  readonly label: string | undefined
  /** Milliseconds, of the clock that the stack was given. */
  readonly atMs: number
  /** Takes the edit back, from the value right behind it. */
  readonly inverse: Change
}

interface Kept extends UndoEntry {
  /** What everybody else did since; only the top entry gathers it. */
  readonly since: Change
}

/**
 * Inverses of edits, each carried past what others did since.
 *
 * What others did is composed onto the top entry only, and handed down when that one is taken; so a
 * remote edit costs one compose, however high the stack.
 */
export class InverseStack {
  readonly #entries: Kept[] = []

  get top(): UndoEntry | undefined {
    return this.#entries.at(-1)
  }

  get labels(): readonly (string | undefined)[] {
    return this.#entries.map(({ label }) => label)
  }

  push(entry: UndoEntry): void {
    this.#entries.push({ ...entry, since: null })
  }

  clear(): void {
    this.#entries.length = 0
  }

  /** Notes a change that was none of this stack's. */
  pass(change: Change): void {
    const last = this.#entries.pop()
    if (last !== undefined && change !== null) {
      this.#entries.push({ ...last, since: compose(last.since, change) })
    } else if (last !== undefined) this.#entries.push(last)
  }

  /** Takes the top entry, as it is to be applied now; the inverse counts as older than the rest. */
  pop(): UndoEntry | undefined {
    const last = this.#entries.pop()
    if (last === undefined) return undefined
    const [since, inverse] = merge(last.inverse, last.since)
    this.pass(since)
    return { label: last.label, atMs: last.atMs, inverse }
  }

  /** Takes an edit, just made, into the top entry, so that both are taken back at once. */
  extend(change: Change, atMs: number): void {
    const last = this.pop()
    if (last === undefined) return
    // The edit came after all that others did, so its inverse comes first.
    this.push({ ...last, atMs, inverse: compose(invert(change), last.inverse) })
  }
}
