import { cut, UsageError } from '../errors.js'
import {
  changeSet,
  increment,
  meta,
  move,
  pathChange,
  replace,
  run,
  splice,
} from './constructors.js'
import type { Change, CustomChange, Part, Path } from './change.js'
import type { Data, Maybe } from './data.js'
import { movesOf } from './dot-moves.js'
import { consumed, produced } from './parts-builder.js'
import type { Sequence } from './sequence.js'

/**
 * A change in DOT's forms, each of which stands for one step; a `ChangeSet` for some in a row.
 *
 * An absent `Before` or `After` of a replace is `undefined`, or left out.
 */
export type Dot =
  | null
  | { readonly Replace: { readonly Before?: Maybe; readonly After?: Maybe } }
  | {
      readonly Splice: {
        readonly Offset: number
        readonly Before: Sequence
        readonly After: Sequence
      }
    }
  | {
      readonly Move: { readonly Offset: number; readonly Count: number; readonly Distance: number }
    }
  | { readonly Run: { readonly Offset: number; readonly Count: number; readonly Change: Dot } }
  | { readonly Increment: number }
  | { readonly PathChange: { readonly Path: Path; readonly Change: Dot } }
  | { readonly ChangeSet: readonly Dot[] }
  | { readonly Meta: { readonly Data: Data; readonly Change: Dot } }
  | { readonly Custom: CustomChange }

/**
 * Shows a change in DOT's forms.
 *
 * Laws  `fromDot(toDot(c))` does what `c` does
 */
export function toDot(change: Change): Dot {
  switch (change?.type) {
    case undefined:
      return null
    case 'meta':
      return change.notes.reduceRight<Dot>(
        (inner, Data) => ({ Meta: { Data, Change: inner } }),
        toDot(change.change),
      )
    case 'replace':
      return { Replace: { Before: change.before, After: change.after } }
    case 'increment':
      return { Increment: change.by }
    case 'custom':
      return { Custom: change }
    case 'steps':
      return { ChangeSet: change.steps.map(toDot) }
    case 'fields':
      return setOf([...change.fields].map(([key, inner]) => at(key, toDot(inner))))
    case 'items':
      return setOf(stepsOf(change.parts))
  }
}

const setOf = (list: readonly Dot[]): Dot =>
  list.length === 1 ? (list[0] as Dot) : { ChangeSet: list }

/** Puts a step at a key; nested paths are joined. */
function at(key: string | number, inner: Dot): Dot {
  return inner !== null && 'PathChange' in inner
    ? { PathChange: { ...inner.PathChange, Path: [key, ...inner.PathChange.Path] } }
    : { PathChange: { Path: [key], Change: inner } }
}

/** First what happens inside of items, then what happens to them. */
function stepsOf(parts: readonly Part[]): Dot[] {
  const hasMoves = parts.some(({ kind }) => kind === 'put')
  return [...runsOf(parts), ...(hasMoves ? movedSteps(parts) : splicesOf(parts))]
}

function runsOf(parts: readonly Part[]): Dot[] {
  let offset = 0
  return parts.flatMap((part) => {
    const Offset = offset
    offset += consumed(part)
    if ((part.kind !== 'keep' && part.kind !== 'take') || part.change === null) return []
    const Change = toDot(part.change)
    return part.count === 1
      ? [at(Offset, Change)]
      : [{ Run: { Offset, Count: part.count, Change } }]
  })
}

/** Splices from left to right, each at its place in the result so far. */
function splicesOf(parts: readonly Part[]): Dot[] {
  const splices: Dot[] = []
  let Offset = 0
  parts.forEach((part, i) => {
    const next = parts[i + 1]
    const previous = parts[i - 1]
    if (part.kind === 'insert') {
      const Before = next?.kind === 'delete' ? next.content : part.content.slice(0, 0)
      splices.push({ Splice: { Offset, Before, After: part.content } })
    } else if (part.kind === 'delete' && previous?.kind !== 'insert') {
      splices.push({ Splice: { Offset, Before: part.content, After: part.content.slice(0, 0) } })
    }
    Offset += produced(part)
  })
  return splices
}

function movedSteps(parts: readonly Part[]): Dot[] {
  const [deletes, inserts] = [only('delete', parts), only('insert', parts)]
  const moves = movesOf(parts).map(
    ([Offset, Count, Distance]): Dot => ({ Move: { Offset, Count, Distance } }),
  )
  return [...deletes, ...moves, ...inserts]
}

/** The splices that only delete, or only insert, from left to right. */
function only(kind: 'delete' | 'insert', parts: readonly Part[]): Dot[] {
  let Offset = 0
  return parts.flatMap((part): Dot[] => {
    const here = Offset
    if (part.kind !== kind) {
      Offset += kind === 'delete' ? consumed(part) : produced(part)
      return []
    }
    const { content } = part as { content: Sequence }
    const empty = content.slice(0, 0)
    if (kind === 'insert') Offset += content.length
    const [Before, After] = kind === 'delete' ? [content, empty] : [empty, content]
    return [{ Splice: { Offset: here, Before, After } }]
  })
}

/**
 * Reads DOT's forms as a change.
 *
 * Errors  `UsageError` UNKNOWN_CHANGE for another form, BAD_OFFSET, BAD_CHANGE
 */
export function fromDot(dot: Dot): Change {
  if (dot === null) return null
  if ('Replace' in dot) return replace(dot.Replace.Before, dot.Replace.After)
  if ('Splice' in dot) return splice(dot.Splice.Offset, dot.Splice.Before, dot.Splice.After)
  if ('Move' in dot) return move(dot.Move.Offset, dot.Move.Count, dot.Move.Distance)
  if ('Increment' in dot) return increment(dot.Increment)
  return fromNested(dot)
}

function fromNested(
  dot: Extract<
    Dot,
    | { Run: unknown }
    | { PathChange: unknown }
    | { ChangeSet: unknown }
    | { Meta: unknown }
    | { Custom: unknown }
  >,
): Change {
  if ('Run' in dot) return run(dot.Run.Offset, dot.Run.Count, fromDot(dot.Run.Change))
  if ('PathChange' in dot) return pathChange(dot.PathChange.Path, fromDot(dot.PathChange.Change))
  if ('ChangeSet' in dot) return changeSet(dot.ChangeSet.map(fromDot))
  if ('Meta' in dot) return meta(dot.Meta.Data, fromDot(dot.Meta.Change))
  if ('Custom' in dot) return dot.Custom
  throw new UsageError(
    'UNKNOWN_CHANGE',
    `no form of a change: ${cut(Object.keys(dot as object)[0])}`,
  )
}
