import type { Replica } from '../stamp.js'
import type { Span } from './span.js'

const chunkSpans = 64

/**
 * One replica's elements in one text: which span holds which number.
 *
 * Spans lie in sorted chunks, so that finding one costs two short binary searches, and adding one
 * moves no more than a chunk. Typing asks for the same span again and again: it is tried first.
 */
export class Author {
  readonly name: Replica
  /** One above the greatest number so far. */
  end = 1
  readonly #chunks: Span[][] = []
  #latest: Span | undefined

  constructor(name: Replica) {
    this.name = name
  }

  /** Finds the span that holds an element; undefined where it is not known. */
  find(id: number): Span | undefined {
    const latest = this.#latest
    if (latest !== undefined && holds(latest, id)) return latest
    const span = this.#atOrBefore(id)
    if (span === undefined || !holds(span, id)) return undefined
    this.#latest = span
    return span
  }

  /** Finds the number of the first known element from `id` on; infinite where there is none. */
  nextFrom(id: number): number {
    if (id >= this.end) return Number.POSITIVE_INFINITY
    if (this.find(id) !== undefined) return id
    const chunkAt = this.#chunkOf(id)
    const chunk = this.#chunks[chunkAt] ?? []
    const span = chunk[countUpTo(chunk, id)] ?? this.#chunks[chunkAt + 1]?.[0]
    return span?.id ?? Number.POSITIVE_INFINITY
  }

  /** Takes in a span whose elements no other span holds. */
  add(span: Span): void {
    this.end = Math.max(this.end, span.id + span.length)
    this.#latest = span
    const chunkAt = Math.max(0, this.#chunkOf(span.id))
    const chunk = this.#chunks[chunkAt]
    if (chunk === undefined) {
      this.#chunks.push([span])
      return
    }
    chunk.splice(countUpTo(chunk, span.id), 0, span)
    if (chunk.length > chunkSpans) {
      this.#chunks.splice(chunkAt + 1, 0, chunk.splice(chunkSpans >> 1))
    }
  }

  /** Takes in spans that are sorted by number and greater than all so far. */
  append(spans: readonly Span[]): void {
    for (let i = 0; i < spans.length; i += chunkSpans / 2) {
      this.#chunks.push(spans.slice(i, i + chunkSpans / 2))
    }
    const last = spans.at(-1)
    if (last !== undefined) this.end = last.id + last.length
  }

  /** All spans, sorted by number. */
  spans(): Span[] {
    return this.#chunks.flat()
  }

  /** Lets go of a span whose elements another one has taken over. */
  drop(span: Span): void {
    if (this.#latest === span) this.#latest = undefined
    const chunkAt = this.#chunkOf(span.id)
    const chunk = this.#chunks[chunkAt]
    if (chunk === undefined) return
    chunk.splice(countUpTo(chunk, span.id) - 1, 1)
    if (chunk.length === 0) this.#chunks.splice(chunkAt, 1)
  }

  /** Tells that a span has grown at its end. */
  grew(span: Span): void {
    this.end = Math.max(this.end, span.id + span.length)
  }

  #atOrBefore(id: number): Span | undefined {
    const chunk = this.#chunks[this.#chunkOf(id)]
    return chunk?.[countUpTo(chunk, id) - 1]
  }

  /** The last chunk that begins at or before `id`; −1 where all begin after it. */
  #chunkOf(id: number): number {
    const chunks = this.#chunks
    let low = 0
    let high = chunks.length
    while (low < high) {
      const middle = (low + high) >> 1
      if (firstId(chunks[middle]) <= id) low = middle + 1
      else high = middle
    }
    return low - 1
  }
}

const holds = (span: Span, id: number): boolean => id >= span.id && id < span.id + span.length

const firstId = (chunk: readonly Span[] | undefined): number =>
  chunk?.[0]?.id ?? Number.POSITIVE_INFINITY

/** How many spans of a chunk begin at or before `id`. */
function countUpTo(chunk: readonly Span[], id: number): number {
  let low = 0
  let high = chunk.length
  while (low < high) {
    const middle = (low + high) >> 1
    if ((chunk[middle] as Span).id <= id) low = middle + 1
    else high = middle
  }
  return low
}
