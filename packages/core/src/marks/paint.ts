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
 * Cost  O(n log n) for n strokes, and what it gives
 */
export function paintMarks(strokes: readonly Stroke[]): readonly MarkRange[] {
  const visible = strokes.filter(({ from, to }) => from < to)
  const cuts = cutsOf(visible)
  const painted = byKind(visible).map(([kind, own]) => [kind, paintKind(own, cuts)] as const)
  const stretches: Stretch[] = []
  for (let i = 0; i + 1 < cuts.length; i++) {
    const entries = painted.flatMap(([kind, cells]) => entryOf(kind, cells[i]))
    if (entries.length > 0) add(stretches, cuts[i] as number, cuts[i + 1] as number, entries)
  }
  return stretches.map(({ from, to, entries }) => ({ from, to, marks: valuesOf(entries) }))
}

type Entry = readonly [kind: string, value: Json]

interface Stretch {
  readonly from: number
  to: number
  readonly entries: readonly Entry[]
}

const cutsOf = (strokes: readonly Stroke[]): number[] =>
  [...new Set(strokes.flatMap(({ from, to }) => [from, to]))].sort((a, b) => a - b)

function byKind(strokes: readonly Stroke[]): [string, Stroke[]][] {
  const kinds = new Map<string, Stroke[]>()
  for (const stroke of strokes) {
    const own = kinds.get(stroke.kind)
    if (own === undefined) kinds.set(stroke.kind, [stroke])
    else own.push(stroke)
  }
  return [...kinds].sort(([a], [b]) => (a < b ? -1 : 1))
}

/** The value of one kind in each cell between two cuts; undefined where no stroke is. */
function paintKind(strokes: Stroke[], cuts: readonly number[]): (Json | undefined)[] {
  const cellOf = new Map(cuts.map((cut, i) => [cut, i]))
  const cells: (Json | undefined)[] = Array.from({ length: cuts.length }, () => undefined)
  /** For each cell the next one that may be bare, found again along ever shorter ways. */
  const next = cuts.map((_, i) => i)
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
  for (const { from, to, value } of strokes.sort(compareLatest)) {
    const end = cellOf.get(to) as number
    for (let at = bareFrom(cellOf.get(from) as number); at < end; at = bareFrom(at)) {
      cells[at] = value
      next[at] = at + 1
    }
  }
  return cells
}

function compareLatest(a: Stroke, b: Stroke): number {
  if (a.stamp !== b.stamp) return a.stamp > b.stamp ? -1 : 1
  return a.key > b.key ? -1 : 1
}

const entryOf = (kind: string, value: Json | undefined): Entry[] =>
  value === undefined || value === null ? [] : [[kind, value]]

/** Adds a stretch, or lengthens the last one where that is marked alike. */
function add(stretches: Stretch[], from: number, to: number, entries: readonly Entry[]): void {
  const last = stretches.at(-1)
  if (last?.to === from && isAlike(last.entries, entries)) last.to = to
  else stretches.push({ from, to, entries })
}

const isAlike = (a: readonly Entry[], b: readonly Entry[]): boolean =>
  a.length === b.length &&
  a.every(([kind, value], i) => kind === b[i]?.[0] && sameJson(value, b[i][1]))

const valuesOf = (entries: readonly Entry[]): MarkValues =>
  Object.freeze(Object.fromEntries(entries.map(([kind, value]) => [kind, valueFromJson(value)])))
