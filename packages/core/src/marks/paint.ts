import { type Json, sameJson, type Value, valueFromJson } from '../json.js'
import type { Stamp } from '../stamp.js'

/** A mark and where it is now: the units from one visible index to before another. */
export interface Stroke {
  /** Settles which of two marks of one stamp counts; the key of its row. */
  readonly key: string
  readonly kind: string
  readonly value: Json
  readonly stamp: Stamp
  readonly from: number
  readonly to: number
}

/** What a stretch of text is marked with, by kind. */
export type MarkValues = Readonly<Record<string, Value>>

/** A stretch of text that is marked alike; `to` is the index behind it. */
export interface MarkRange {
  readonly from: number
  readonly to: number
  readonly marks: MarkValues
}

/**
 * Paints strokes over each other, in any order: of each kind the latest one that covers a unit
 * decides there. Gives the marked stretches, in order, as long as can be and without an overlap.
 *
 * Cost  O(n log n) for n strokes, and what it gives; the order of `compareLatest` is sorted quickest
 */
export function paintMarks(strokes: readonly Stroke[]): readonly MarkRange[] {
  const visible = strokes.filter(({ from, to }) => from < to).sort(compareLatest)
  const cuts = cutsOf(visible)
  const layers = layersOf(visible).map(([kind, own]) => ({ kind, cells: paintLayer(own, cuts) }))
  const ranges: MarkRange[] = []
  for (let cell = 0, end; cell + 1 < cuts.length; cell = end) {
    end = cell + 1
    while (end + 1 < cuts.length && isAlike(layers, cell, end)) end++
    const marks = marksIn(layers, cell)
    if (marks !== undefined)
      ranges.push({ from: cuts[cell] as number, to: cuts[end] as number, marks })
  }
  return ranges
}

/** Which of two strokes decides where both are of one kind: the later comes first. */
export function compareLatest(
  a: Pick<Stroke, 'stamp' | 'key'>,
  b: Pick<Stroke, 'stamp' | 'key'>,
): number {
  if (a.stamp !== b.stamp) return a.stamp > b.stamp ? -1 : 1
  return a.key > b.key ? -1 : 1
}

/** One kind: its value in each cell between two cuts, undefined where no stroke is. */
interface Layer {
  readonly kind: string
  readonly cells: readonly (Json | undefined)[]
}

/** All ends of strokes, each once, in order. */
function cutsOf(strokes: readonly Stroke[]): Float64Array {
  const ends = new Float64Array(2 * strokes.length)
  strokes.forEach(({ from, to }, i) => ends.set([from, to], 2 * i))
  ends.sort()
  return ends.filter((end, i) => i === 0 || end !== ends[i - 1])
}

function layersOf(strokes: readonly Stroke[]): [kind: string, strokes: Stroke[]][] {
  const kinds = new Map<string, Stroke[]>()
  for (const stroke of strokes) {
    const own = kinds.get(stroke.kind)
    if (own === undefined) kinds.set(stroke.kind, [stroke])
    else own.push(stroke)
  }
  return [...kinds].sort(([a], [b]) => (a < b ? -1 : 1))
}

/** Paints strokes of one kind, the latest first: where something is already nothing else goes. */
function paintLayer(strokes: readonly Stroke[], cuts: Float64Array): Layer['cells'] {
  const cells: (Json | undefined)[] = Array.from(cuts, () => undefined)
  /** For each cell the next one that may be bare, found again along ever shorter ways. */
  const next = Int32Array.from(cuts, (_, i) => i)
  const bareFrom = (cell: number): number => {
    let bare = cell
    while (next[bare] !== bare) bare = next[bare] as number
    for (let at = cell; at !== bare; ) {
      const step = next[at] as number
      next[at] = bare
      at = step
    }
    return bare
  }
  for (const { from, to, value } of strokes) {
    const end = cellOf(cuts, to)
    for (let at = bareFrom(cellOf(cuts, from)); at < end; at = bareFrom(at)) {
      cells[at] = value
      next[at] = at + 1
    }
  }
  return cells
}

/** The cell that begins at a cut. */
function cellOf(cuts: Float64Array, cut: number): number {
  let low = 0
  let high = cuts.length - 1
  while (low < high) {
    const middle = (low + high) >> 1
    if ((cuts[middle] as number) < cut) low = middle + 1
    else high = middle
  }
  return low
}

const isAlike = (layers: readonly Layer[], a: number, b: number): boolean =>
  layers.every(({ cells }) => sameJson(cells[a] ?? null, cells[b] ?? null))

/** What a cell is marked with; undefined where that is nothing. */
function marksIn(layers: readonly Layer[], cell: number): MarkValues | undefined {
  let marks: Record<string, Value> | undefined
  for (const { kind, cells } of layers) {
    const value = cells[cell] ?? null
    if (value !== null) (marks ??= {})[kind] = valueFromJson(value)
  }
  return marks && Object.freeze(marks)
}
