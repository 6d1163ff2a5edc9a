import type { Body, Change, Path } from './change.js'
import { algebra } from './algebra.js'
import { bodyOf } from './compose.js'
import { layoutOf, piecesOf } from './layout.js'

/** Which neighbour a place between two items stays with. */
export type Side = 'left' | 'right'

/** Where an index went, and whether its item was deleted; then it is the place of the deletion. */
export interface MappedIndex {
  readonly index: number
  readonly isDeleted: boolean
}

/** Where the value at a path went, and what happened to it. */
export interface MappedPath {
  readonly path: Path
  readonly change: Body
}

/**
 * Carries an index of a sequence through a change of it.
 *
 * It stays with its item; on the `left` it stays with what is before it when something is inserted
 * or moved right there.
 */
export function mapIndex(change: Change, index: number, side: Side = 'right'): MappedIndex {
  const body = bodyOf(change)
  if (body?.type === 'steps') return mapThroughSteps(body.steps, index, side)
  if (body?.type !== 'items') return { index, isDeleted: body?.type === 'replace' }
  const layout = layoutOf(body.parts)
  const [piece] = piecesOf(layout, index, 1)
  if (piece === undefined) return { index, isDeleted: false }
  const isDeleted = piece.kind === 'delete'
  const output = side === 'left' ? layout.outputs.find(({ gap }) => gap === index) : undefined
  return { index: output?.to ?? piece.to, isDeleted }
}

const mapThroughSteps = (steps: readonly Body[], index: number, side: Side): MappedIndex =>
  steps.reduce<MappedIndex>(
    (at, step) => {
      const next = mapIndex(step, at.index, side)
      return { index: next.index, isDeleted: at.isDeleted || next.isDeleted }
    },
    { index, isDeleted: false },
  )

/**
 * Carries a path through a change; undefined when what it names was deleted, or something around it
 * replaced. A value that was replaced itself is still there.
 */
export function mapPath(change: Change, path: Path): MappedPath | undefined {
  const body = bodyOf(change)
  if (body === null) return { path, change: null }
  if (path.length === 0) {
    const isDeleted = body.type === 'replace' && body.after === undefined
    return isDeleted ? undefined : { path, change: body }
  }
  return mapInside(body, path)
}

function mapInside(body: Exclude<Body, null>, path: Path): MappedPath | undefined {
  const [key, ...rest] = path as readonly [string | number, ...Path]
  switch (body.type) {
    case 'replace':
      return undefined
    case 'fields':
      return typeof key === 'string'
        ? under(key, body.fields.get(key) ?? null, rest)
        : { path, change: null }
    case 'items':
      return typeof key === 'number' ? mapItem(body, key, rest) : { path, change: null }
    case 'steps':
      return mapSteps(body.steps, path)
    case 'custom':
      return body.mapPath(path)
    case 'increment':
      return { path, change: null }
  }
}

function under(key: string | number, change: Body, rest: Path): MappedPath | undefined {
  const inner = mapPath(change, rest)
  return inner && { path: [key, ...inner.path], change: inner.change }
}

function mapItem(
  { parts }: Extract<Body, { type: 'items' }>,
  index: number,
  rest: Path,
): MappedPath | undefined {
  const [piece] = piecesOf(layoutOf(parts), index, 1)
  return piece === undefined || piece.kind === 'delete'
    ? undefined
    : under(piece.to, piece.change, rest)
}

function mapSteps(steps: readonly Body[], path: Path): MappedPath | undefined {
  let mapped: MappedPath | undefined = { path, change: null }
  for (const step of steps) {
    const next: MappedPath | undefined = mapPath(step, mapped.path)
    if (next === undefined) return undefined
    mapped = { path: next.path, change: algebra.compose(mapped.change, next.change) }
  }
  return mapped
}
