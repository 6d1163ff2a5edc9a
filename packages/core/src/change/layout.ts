import type { Body, Output, Part, Put } from './change.js'
import { consumed, lastAtOrBefore, produced } from './parts-builder.js'
import type { Sequence } from './sequence.js'

/** Items of the source that share a fate. */
export interface Stretch {
  readonly kind: 'keep' | 'take' | 'delete'
  /** First index in the source. */
  readonly from: number
  readonly count: number
  /** First index in the result; of removed ones, where the gap that swallowed them begins. */
  readonly to: number
  readonly change: Body
  /** What is deleted. */
  readonly content: Sequence
}

/** An output, its place in the source (before the item of index `gap`) and in the result. */
export interface Placed<O extends Output = Output> {
  readonly output: O
  readonly gap: number
  readonly to: number
}

/** A cut of a stretch; of one that is taken, `to` is its place in the result. */
export type Piece = Stretch

/** Where everything is, before and after a change of a sequence. */
export interface Layout {
  /** All of the source in order; the last stretch is kept and without end. */
  readonly stretches: readonly Stretch[]
  readonly starts: readonly number[]
  readonly outputs: readonly Placed[]
  /** The moved ranges by source index. */
  readonly puts: readonly Placed<Put>[]
  readonly putStarts: readonly number[]
}

/**
 * Indexes the parts of a change by the source.
 *
 * Cost  O(n log n) in parts; a look-up is O(log n)
 */
export function layoutOf(parts: readonly Part[]): Layout {
  const stretches: Stretch[] = []
  const outputs: Placed[] = []
  let from = 0
  let to = 0
  let gapStart = 0
  for (const part of parts) {
    if (part.kind === 'insert' || part.kind === 'put') outputs.push({ output: part, gap: from, to })
    else stretches.push(stretchOf(part, from, part.kind === 'keep' ? to : gapStart))
    from += consumed(part)
    to += produced(part)
    if (part.kind === 'keep') gapStart = to
  }
  const tail: Part = { kind: 'keep', count: Infinity, change: null }
  stretches.push(stretchOf(tail, from, to))
  const puts = outputs.filter(isPlacedPut).toSorted((a, b) => a.output.from - b.output.from)
  return {
    stretches,
    starts: stretches.map((stretch) => stretch.from),
    outputs,
    puts,
    putStarts: puts.map(({ output }) => output.from),
  }
}

const isPlacedPut = (placed: Placed): placed is Placed<Put> => placed.output.kind === 'put'

function stretchOf(part: Exclude<Part, Output>, from: number, to: number): Stretch {
  return part.kind === 'delete'
    ? { kind: 'delete', from, to, count: part.content.length, change: null, content: part.content }
    : { kind: part.kind, from, to, count: part.count, change: part.change, content: '' }
}

/** Finds the stretch that the item at `index` is in. */
export const stretchAt = (layout: Layout, index: number): Stretch =>
  layout.stretches[lastAtOrBefore(layout.starts, index)] as Stretch

/** Finds the moved range that `index` is in, by source. */
export function putAt(layout: Layout, index: number): Placed<Put> | undefined {
  const found = layout.puts[lastAtOrBefore(layout.putStarts, index)]
  return found !== undefined && index < found.output.from + found.output.count ? found : undefined
}

/** Cuts a range of the source where its fate has a seam. */
export function changesAt(layout: Layout, from: number, count: number): Piece[] {
  const pieces: Piece[] = []
  const end = from + count
  let index = lastAtOrBefore(layout.starts, from)
  while (from < end) {
    const stretch = layout.stretches[index++] as Stretch
    const until = Math.min(end, stretch.from + stretch.count)
    pieces.push(pieceOf(stretch, from, until))
    from = until
  }
  return pieces
}

/** Cuts a range of the source where its fate or its place in the result has a seam. */
export const piecesOf = (layout: Layout, from: number, count: number): Piece[] =>
  changesAt(layout, from, count).flatMap((piece) =>
    piece.kind === 'take' ? takenPieces(layout, piece) : [piece],
  )

function pieceOf(stretch: Stretch, from: number, until: number): Piece {
  const offset = from - stretch.from
  return {
    ...stretch,
    from,
    count: until - from,
    to: stretch.kind === 'keep' ? stretch.to + offset : stretch.to,
    content: stretch.kind === 'delete' ? stretch.content.slice(offset, offset + until - from) : '',
  }
}

function takenPieces(layout: Layout, taken: Piece): Piece[] {
  const pieces: Piece[] = []
  const until = taken.from + taken.count
  let { from } = taken
  for (let i = lastAtOrBefore(layout.putStarts, from); from < until; i++) {
    const { output, to } = layout.puts[i] as Placed<Put>
    const end = Math.min(until, output.from + output.count)
    pieces.push({ ...taken, from, count: end - from, to: to + from - output.from })
    from = end
  }
  return pieces
}
