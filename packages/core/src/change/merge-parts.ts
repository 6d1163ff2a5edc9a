/**
 * Two concurrent changes of one sequence, each brought past the other.
 *
 * One walk over the source emits both. At every gap the outputs of both sides meet: first blocks that
 * are moved there, the later side's before the earlier side's, then inserts, then what replaces
 * something, of both the earlier side's before the later side's. What is inserted into a block that
 * the other side moves travels with it. Deleting wins over moving, the later move over the earlier
 * one, and nothing inserted is ever lost.
 *
 * Each output is met in up to three ways, which differ for what consumes it: at `home` it is where
 * it was and stays; one that travels `leaves` its gap, and `arrives` inside its block.
 *
 * Source  DOT's merge rules, but for these three classes
 */
import type { Algebra, Insert, Merged, Part, Put } from './change.js'
import type { Placed, Stretch } from './layout.js'
import {
  type BlockPart,
  blockParts,
  deletedContent,
  findTravellers,
  mergeChanges,
  replacedAt,
  type Side,
  sideOf,
  spreadOver,
} from './merge-side.js'

type Way = 'home' | 'leaves' | 'arrives'

/** Merges two lists of parts; the later one after the earlier comes first. */
export function mergeParts(
  algebra: Algebra,
  earlierParts: readonly Part[],
  laterParts: readonly Part[],
): Merged<readonly Part[]> {
  const earlier = sideOf('earlier', earlierParts)
  const later = sideOf('later', laterParts)
  findTravellers(earlier, later)
  new MergeWalk(algebra, earlier, later).run()
  return [later.after.finish(), earlier.after.finish()]
}

/** A side's place in the walk. */
interface Cursor {
  readonly side: Side
  /** Index in the source. */
  at: number
  stretch: number
  output: number
}

class MergeWalk {
  readonly #algebra: Algebra
  readonly #earlier: Cursor
  readonly #later: Cursor

  constructor(algebra: Algebra, earlier: Side, later: Side) {
    this.#algebra = algebra
    this.#earlier = { side: earlier, at: 0, stretch: 0, output: 0 }
    this.#later = { side: later, at: 0, stretch: 0, output: 0 }
  }

  run(): void {
    for (let at = 0; at < Infinity; ) {
      this.#meetOutputs(at)
      const end = Math.min(nextSeam(this.#earlier, at), nextSeam(this.#later, at))
      // Beyond all seams both sides keep everything.
      if (end < Infinity) this.#meetItems(end - at)
      at = end
    }
  }

  #meetItems(count: number): void {
    const a = stretchOf(this.#earlier)
    const b = stretchOf(this.#later)
    this.#oneSide(this.#earlier.side, a, b, count)
    this.#oneSide(this.#later.side, b, a, count)
  }

  /** What `own` does to items that the other side leaves in their place. */
  #oneSide(own: Side, a: Cut, b: Cut, count: number): void {
    if (b.kind !== 'keep') return
    if (a.kind === 'delete') {
      own.after.remove(
        deletedContent(this.#algebra, a.content.slice(a.offset, a.offset + count), b.change),
      )
    } else {
      const { own: change } = mergeChanges(this.#algebra, own, a.change, b.change)
      if (a.kind === 'take') own.after.take(count, change)
      else own.after.keep(count, change)
    }
  }

  #meetOutputs(gap: number): void {
    for (;;) {
      this.#sendTravellers(this.#earlier, gap)
      this.#sendTravellers(this.#later, gap)
      const a = outputOf(this.#earlier, gap)
      const b = outputOf(this.#later, gap)
      if (a === undefined && b === undefined) return
      const cursor = this.#isEarlierFirst(a, b) ? this.#earlier : this.#later
      this.#meet(cursor.side, (cursor === this.#earlier ? a : b) as Placed, 'home')
      cursor.output++
    }
  }

  #isEarlierFirst(a: Placed | undefined, b: Placed | undefined): boolean {
    if (a === undefined || b === undefined) return b === undefined
    const rank = rankOf(this.#earlier.side, a)
    const difference = rank - rankOf(this.#later.side, b)
    return difference === 0 ? rank > 0 : difference < 0
  }

  #sendTravellers(cursor: Cursor, gap: number): void {
    for (;;) {
      const placed = outputOf(cursor, gap)
      if (placed === undefined || !cursor.side.travellers.has(placed)) return
      this.#meet(cursor.side, placed, 'leaves')
      cursor.output++
    }
  }

  #meet(own: Side, placed: Placed, way: Way): void {
    if (placed.output.kind === 'put') this.#meetBlock(own, placed as Placed<Put>, way)
    else this.#meetInsert(own, placed as Placed<Insert>, way)
  }

  #otherOf = (side: Side): Side =>
    side === this.#earlier.side ? this.#later.side : this.#earlier.side

  #meetInsert(own: Side, { output, gap, to }: Placed<Insert>, way: Way): void {
    const { content } = output
    const other = this.#otherOf(own)
    const runs = spreadOver(content, gap, other)
    const all = runs.length > 0 ? runs : [{ count: content.length, change: null }]
    let from = 0
    for (const { count, change } of all) {
      if (way === 'home') other.after.keep(count, change)
      else if (way === 'leaves') other.after.take(count, change)
      else other.after.put(to + from, count)
      if (way !== 'leaves') {
        own.after.insert(deletedContent(this.#algebra, content.slice(from, from + count), change))
      }
      from += count
    }
  }

  #meetBlock(own: Side, block: Placed<Put>, way: Way): void {
    const other = this.#otherOf(own)
    for (const part of blockParts(block, own, other)) {
      if (part.kind === 'rider') {
        if (way !== 'leaves') this.#meet(other, part.placed, 'arrives')
      } else this.#meetPiece(own, block.to + part.piece.from - block.output.from, part, way)
    }
  }

  /** Some items of a block that `own` moved; `at` is where it left them. */
  #meetPiece(own: Side, at: number, { piece, change }: BlockPiece, way: Way): void {
    const other = this.#otherOf(own)
    if (piece.kind === 'delete') {
      const content = deletedContent(this.#algebra, piece.content, change)
      if (way !== 'arrives') other.after.remove(content)
      return
    }
    const merged = mergeChanges(this.#algebra, other, piece.change, change).own
    const isLost = piece.kind === 'take' && own.order === 'earlier'
    if (way === 'leaves' || (isLost && way === 'home')) other.after.take(piece.count, merged)
    else if (way === 'home') other.after.keep(piece.count, merged)
    else if (!isLost) other.after.put(at, piece.count)
    if (way !== 'leaves' && !isLost) own.after.put(piece.to, piece.count)
  }
}

type BlockPiece = Extract<BlockPart, { kind: 'piece' }>

type Cut = Stretch & { readonly offset: number }

function nextSeam(cursor: Cursor, at: number): number {
  const { stretches, outputs } = cursor.side.layout
  let stretch = stretches[cursor.stretch] as Stretch
  while (stretch.from + stretch.count <= at) stretch = stretches[++cursor.stretch] as Stretch
  cursor.at = at
  return Math.min(stretch.from + stretch.count, outputs[cursor.output]?.gap ?? Infinity)
}

function stretchOf({ side, stretch, at }: Cursor): Cut {
  const found = side.layout.stretches[stretch] as Stretch
  return { ...found, offset: at - found.from }
}

const outputOf = ({ side, output }: Cursor, gap: number): Placed | undefined => {
  const found = side.layout.outputs[output]
  return found?.gap === gap ? found : undefined
}

/** Ranks what two sides put into the same gap: blocks, then inserts, then replacements. */
function rankOf(side: Side, { output, gap }: Placed): number {
  if (output.kind === 'put') return 0
  return replacedAt(side, gap) === 0 ? 1 : 2
}
