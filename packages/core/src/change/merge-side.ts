import { changeItems } from './apply-parts.js'
import type { Algebra, Body, Part, Put } from './change.js'
import {
  changesAt,
  type Layout,
  layoutOf,
  type Piece,
  piecesOf,
  type Placed,
  putAt,
  stretchAt,
} from './layout.js'
import { PartsBuilder } from './parts-builder.js'
import { CustomSequence, type ChangedRun, type Sequence } from './sequence.js'

/** One of two concurrent changes while they are merged. */
export interface Side {
  readonly order: 'earlier' | 'later'
  readonly layout: Layout
  /** This change after the other one. */
  readonly after: PartsBuilder
  /** Outputs that land inside a block which the other side moves, not at their gap. */
  readonly travellers: Set<Placed>
  /** For each moved block of this side, the outputs of the other side that travel in it. */
  readonly riders: Map<Placed, Placed[]>
}

/** Prepares one of two changes for merging. */
export const sideOf = (order: Side['order'], parts: readonly Part[]): Side => ({
  order,
  layout: layoutOf(parts),
  after: new PartsBuilder(),
  travellers: new Set(),
  riders: new Map(),
})

/** Counts the items from `gap` on that a side deletes: what an insert there replaces. */
export function replacedAt({ layout }: Side, gap: number): number {
  const { kind, from, count } = stretchAt(layout, gap)
  return kind === 'delete' && from === gap ? count : 0
}

/**
 * Finds the block of `other` in which an output travels.
 *
 * An insert travels when it and all that it replaces are inside or at the edge of the block; a
 * block only when it is put between two items of the other.
 */
function carrierOf({ output, gap }: Placed, own: Side, other: Side): Placed<Put> | undefined {
  if (other.layout.puts.length === 0) return undefined
  const end = gap + replacedAt(own, gap)
  const isInside = (block: Placed<Put> | undefined): boolean => {
    if (block === undefined) return false
    const { from, count } = block.output
    return output.kind === 'put' ? from < gap : end <= from + count
  }
  const block = putAt(other.layout, gap)
  if (isInside(block)) return block
  const before = gap > 0 && output.kind === 'insert' ? putAt(other.layout, gap - 1) : undefined
  return isInside(before) ? before : undefined
}

/**
 * Decides which outputs travel.
 *
 * Blocks moved into each other cannot both travel: then those of the earlier change stay.
 */
export function findTravellers(earlier: Side, later: Side): void {
  const carriers = new Map<Placed, Placed<Put>>()
  for (const [own, other] of [
    [earlier, later],
    [later, earlier],
  ] as const) {
    for (const placed of own.layout.outputs) {
      const carrier = carrierOf(placed, own, other)
      if (carrier !== undefined) carriers.set(placed, carrier)
    }
  }
  for (const placed of earlier.layout.outputs)
    if (rideEndsWhereItBegan(placed, carriers)) carriers.delete(placed)
  for (const [own, other] of [
    [earlier, later],
    [later, earlier],
  ] as const) {
    for (const placed of own.layout.outputs) board(placed, carriers.get(placed), own, other)
  }
}

function rideEndsWhereItBegan(placed: Placed, carriers: ReadonlyMap<Placed, Placed>): boolean {
  const seen = new Set<Placed>()
  for (let at = carriers.get(placed); at !== undefined && !seen.has(at); at = carriers.get(at)) {
    if (at === placed) return true
    seen.add(at)
  }
  return false
}

function board(placed: Placed, carrier: Placed | undefined, own: Side, other: Side): void {
  if (carrier === undefined) return
  own.travellers.add(placed)
  const riders = other.riders.get(carrier)
  if (riders === undefined) other.riders.set(carrier, [placed])
  else riders.push(placed)
}

/** Brings what two sides do to the same item past each other. */
export function mergeChanges(
  { merge }: Algebra,
  own: Side,
  ownChange: Body,
  otherChange: Body,
): { readonly own: Body; readonly other: Body } {
  if (ownChange === null || otherChange === null) return { own: ownChange, other: otherChange }
  const isEarlier = own.order === 'earlier'
  const [later, earlier] = isEarlier ? merge(ownChange, otherChange) : merge(otherChange, ownChange)
  return isEarlier ? { own: earlier, other: later } : { own: later, other: earlier }
}

/** Says how inserted content takes part in what the other side does to both its neighbours. */
export function spreadOver(content: Sequence, gap: number, other: Side): readonly ChangedRun[] {
  if (!(content instanceof CustomSequence) || gap === 0) return []
  return content.spread(
    stretchAt(other.layout, gap - 1).change,
    stretchAt(other.layout, gap).change,
  )
}

/** A moved block, cut where either side changes what it does; what rides in it stands between. */
export type BlockPart =
  | { readonly kind: 'rider'; readonly placed: Placed }
  | { readonly kind: 'piece'; readonly piece: Piece; readonly change: Body }

/** Lists what is in a moved block once the other side's change is known, in order. */
export function blockParts(block: Placed<Put>, own: Side, other: Side): BlockPart[] {
  const { from, count } = block.output
  const parts: BlockPart[] = []
  let at = from
  for (const rider of own.riders.get(block) ?? []) {
    parts.push(...piecesBetween(at, rider.gap, own, other), { kind: 'rider', placed: rider })
    at = rider.gap
  }
  return [...parts, ...piecesBetween(at, from + count, own, other)]
}

const piecesBetween = (at: number, end: number, own: Side, other: Side): BlockPart[] =>
  changesAt(own.layout, at, end - at).flatMap((taken) =>
    piecesOf(other.layout, taken.from, taken.count).map(
      (piece): BlockPart => ({ kind: 'piece', piece, change: taken.change }),
    ),
  )

/** Gives deleted content as the other side would have left it. */
export const deletedContent = ({ apply }: Algebra, content: Sequence, change: Body): Sequence =>
  changeItems(content, change, apply)
