import type { TextAnchor } from '../text/anchor.js'
import type { TextView } from '../text/live-text.js'
import type { TextEdit } from '../text/ops.js'
import type { Mark } from './mark.js'
import { compareLatest, type Stroke } from './paint.js'

/** Where a mark is; undefined for an end whose element is not known. */
type Place = readonly [from: number | undefined, to: number | undefined]

/**
 * Finds where the marks of a text are, again and again as both change: an edit shifts what stands
 * away from it, and only what it touches is looked for anew.
 *
 * Cost  O(m + k log n) for m marks, k of them new or at an edit, in a text of n runs
 */
export class MarkPlaces {
  #seen: TextView | undefined
  #places = new Map<Mark, Place>()
  #marks: ReadonlyMap<string, Mark> | undefined
  /** The marks, the latest first. */
  #ordered: (readonly [key: string, mark: Mark])[] = []

  /**
   * Gives the strokes of marks, by the keys of their rows, the latest first; those of unknown places
   * are left out. Other marks are another map.
   */
  read(view: TextView, marks: ReadonlyMap<string, Mark>): Stroke[] {
    if (marks !== this.#marks) this.#ordered = [...marks].sort(compareEntries)
    this.#marks = marks
    const edits = this.#seen && view.live.editsSince(this.#seen)
    const places = new Map<Mark, Place>()
    const strokes: Stroke[] = []
    for (const [key, mark] of this.#ordered) {
      const known = edits && this.#places.get(mark)
      const from = placeOf(view, mark.from, edits, known?.[0])
      const to = placeOf(view, mark.to, edits, known?.[1])
      places.set(mark, [from, to])
      if (from === undefined || to === undefined) continue
      const { kind, value, stamp } = mark
      strokes.push({ key, kind, value, stamp, from, to })
    }
    this.#seen = view
    this.#places = places
    return strokes
  }
}

const compareEntries = (
  [a, { stamp: stampA }]: readonly [string, Mark],
  [b, { stamp: stampB }]: readonly [string, Mark],
): number => compareLatest({ key: a, stamp: stampA }, { key: b, stamp: stampB })

function placeOf(
  { live }: TextView,
  anchor: TextAnchor,
  edits: readonly TextEdit[] | undefined,
  known: number | undefined,
): number | undefined {
  const at = edits && known !== undefined ? shifted(known, edits) : undefined
  return at ?? live.text.resolve(anchor)
}

/**
 * Carries the index of an anchor past edits; undefined where one of them touches it, as then the
 * anchor's element tells on which side it is. A unit beside counts as touched: it may be half a pair.
 */
function shifted(index: number, edits: readonly TextEdit[]): number | undefined {
  let at = index
  for (const { index: start, removed, inserted } of edits) {
    if (at > start + removed.length + 1) at += inserted.length - removed.length
    else if (at >= start - 1) return undefined
  }
  return at
}
