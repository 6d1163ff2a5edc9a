/**
 * One change of a sequence after another, as one.
 *
 * What the first leaves is walked as segments: kept items, inserted ones, items put there. The
 * second says of each what becomes of it. What it does to items that the first moved is noted by
 * their index in the source, and written where they are taken.
 */
import { changeItems } from './apply-parts.js'
import type { Algebra, Body, Part, Removal, Take } from './change.js'
import { changesAt, type Layout, layoutOf, type Piece, piecesOf } from './layout.js'
import { consumed, lastAtOrBefore, PartsBuilder, produced } from './parts-builder.js'
import type { Sequence } from './sequence.js'

/** A run of what the first change leaves: where it came from, or what was inserted. */
type Segment =
  | { readonly kind: 'kept' | 'moved'; readonly source: number; readonly change: Body }
  | { readonly kind: 'new'; readonly content: Sequence }

type Located = Segment & { readonly at: number; readonly count: number }

/** What the second change does to items that the first moved. */
type LateFate =
  | { readonly kind: 'delete'; readonly from: number; readonly content: Sequence }
  | { readonly kind: 'take'; readonly from: number; readonly count: number; readonly change: Body }

/** Composes two lists of parts. */
export function composeParts(
  algebra: Algebra,
  first: readonly Part[],
  second: readonly Part[],
): readonly Part[] {
  return new Composition(algebra, first, second).run()
}

class Composition {
  readonly #algebra: Algebra
  readonly #second: readonly Part[]
  readonly #secondLayout: Layout
  readonly #segments: readonly Located[]
  readonly #starts: readonly number[]
  /** Removals of the first change, by the segment that they stand before. */
  readonly #removals: ReadonlyMap<number, readonly Removal[]>
  /** As it comes, not yet canonical: what is taken may still be amended. */
  readonly #out: Part[] = []
  readonly #late: LateFate[] = []
  #index = 0
  #offset = 0

  constructor(algebra: Algebra, first: readonly Part[], second: readonly Part[]) {
    this.#algebra = algebra
    this.#second = second
    this.#secondLayout = layoutOf(second)
    const { segments, removals } = segmentsOf(first)
    this.#segments = segments
    this.#removals = removals
    this.#starts = segments.map((segment) => segment.at)
  }

  run(): readonly Part[] {
    for (const part of this.#second) {
      if (part.kind === 'insert') this.#insert(part.content)
      else if (part.kind === 'put') this.#put(part.from, part.count)
      else this.#walk(part)
    }
    while (this.#index < this.#segments.length - 1) this.#step(Infinity, keepAll)
    this.#flushRemovals()
    return this.#finish()
  }

  /** Brings here what the second change takes elsewhere. */
  #put(from: number, count: number): void {
    for (const { change, ...piece } of changesAt(this.#secondLayout, from, count)) {
      this.#eachSegment(piece, (segment, offset, length) => {
        if (segment.kind !== 'new')
          this.#out.push({ kind: 'put', from: segment.source + offset, count: length })
        else this.#insert(this.#changed(segment.content, offset, length, change))
      })
    }
  }

  #eachSegment(
    piece: Pick<Piece, 'from' | 'count'>,
    visit: (segment: Located, offset: number, length: number) => void,
  ): void {
    const end = piece.from + piece.count
    let at = piece.from
    for (let i = lastAtOrBefore(this.#starts, at); at < end; i++) {
      const segment = this.#segments[i] as Located
      const until = Math.min(end, segment.at + segment.count)
      visit(segment, at - segment.at, until - at)
      at = until
    }
  }

  #walk(part: Exclude<Part, { kind: 'insert' | 'put' }>): void {
    const total = consumed(part)
    for (let done = 0; done < total; ) {
      const start = done
      done += this.#step(total - start, (length) => cutPart(part, start, length))
    }
  }

  /** Runs a part of the second change over the current segment, as far as both reach. */
  #step(limit: number, partOf: (length: number) => Part): number {
    this.#flushRemovals()
    const segment = this.#segments[this.#index] as Located
    const length = Math.min(limit, segment.count - this.#offset)
    this.#meet(segment, this.#offset, partOf(length), length)
    this.#offset += length
    if (this.#offset === segment.count) {
      this.#index++
      this.#offset = 0
    }
    return length
  }

  #flushRemovals(): void {
    if (this.#offset > 0) return
    for (const removal of this.#removals.get(this.#index) ?? []) this.#out.push(removal)
  }

  #meet(segment: Located, offset: number, part: Part, length: number): void {
    if (segment.kind === 'new') {
      if (part.kind !== 'keep') return
      this.#insert(this.#changed(segment.content, offset, length, part.change))
    } else if (segment.kind === 'kept') this.#meetKept(segment.change, part, length)
    else this.#meetMoved(segment.source + offset, segment.change, part, length)
  }

  #meetKept(change: Body, part: Part, length: number): void {
    if (part.kind === 'delete')
      this.#out.push({ ...part, content: this.#before(part.content, change) })
    else if (part.kind === 'keep' || part.kind === 'take') {
      this.#out.push({ kind: part.kind, count: length, change: this.#both(change, part.change) })
    }
  }

  #meetMoved(source: number, change: Body, part: Part, length: number): void {
    if (part.kind === 'delete') {
      const content = this.#before(part.content, change)
      this.#late.push({ kind: 'delete', from: source, content })
      return
    }
    if (part.kind === 'keep') this.#out.push({ kind: 'put', from: source, count: length })
    else if (part.kind !== 'take') return
    if (part.change === null) return
    const both = this.#both(change, part.change)
    this.#late.push({ kind: 'take', from: source, count: length, change: both })
  }

  readonly #both = (first: Body, second: Body): Body =>
    second === null ? first : first === null ? second : this.#algebra.compose(first, second)

  #changed(content: Sequence, offset: number, length: number, change: Body): Sequence {
    return changeItems(content.slice(offset, offset + length), change, this.#algebra.apply)
  }

  #before(content: Sequence, change: Body): Sequence {
    if (change === null) return content
    return changeItems(content, this.#algebra.invert(change), this.#algebra.apply)
  }

  #insert(content: Sequence): void {
    this.#out.push({ kind: 'insert', content })
  }

  #finish(): readonly Part[] {
    const fates = this.#late.toSorted((a, b) => b.from - a.from)
    const out = new PartsBuilder()
    let at = 0
    for (const part of this.#out) {
      if (part.kind === 'take') amendTake(out, part, at, fates)
      else out.add(part)
      at += consumed(part)
    }
    return out.finish()
  }
}

const keepAll = (count: number): Part => ({ kind: 'keep', count, change: null })

function cutPart(part: Part, from: number, count: number): Part {
  if (part.kind === 'delete') return { ...part, content: part.content.slice(from, from + count) }
  return part.kind === 'insert' ? part : { ...part, count }
}

function segmentsOf(first: readonly Part[]) {
  const segments: Located[] = []
  const removals = new Map<number, Removal[]>()
  const sources = layoutOf(first)
  let source = 0
  let at = 0
  for (const part of first) {
    if (part.kind === 'delete' || part.kind === 'take') {
      removals.set(segments.length, [...(removals.get(segments.length) ?? []), part])
    } else segments.push(...locate(part, source, at, sources))
    source += consumed(part)
    at += produced(part)
  }
  segments.push({ kind: 'kept', source, change: null, at, count: Infinity })
  return { segments, removals }
}

function locate(part: Part, source: number, at: number, layout: Layout): Located[] {
  if (part.kind === 'keep')
    return [{ kind: 'kept', source, change: part.change, at, count: part.count }]
  if (part.kind === 'insert')
    return [{ kind: 'new', content: part.content, at, count: part.content.length }]
  if (part.kind !== 'put') return []
  return piecesOf(layout, part.from, part.count).map(({ from, count, change }) => ({
    kind: 'moved',
    source: from,
    change,
    at: at + from - part.from,
    count,
  }))
}

/** Writes a take of the source from `at` with the late fates of its items, which are eaten. */
function amendTake(
  out: PartsBuilder,
  { count, change }: Take,
  at: number,
  fates: LateFate[],
): void {
  const end = at + count
  for (let fate = fates.at(-1); fate !== undefined && fate.from < end; fate = fates.at(-1)) {
    fates.pop()
    out.take(fate.from - at, change)
    if (fate.kind === 'delete') out.remove(fate.content)
    else out.take(fate.count, fate.change)
    at = fate.from + (fate.kind === 'delete' ? fate.content.length : fate.count)
  }
  out.take(end - at, change)
}
