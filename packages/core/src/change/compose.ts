import { UsageError } from '../errors.js'
import { type Data, sameData } from './data.js'
import type { Algebra, Body, Change, Fields, Items, Replace, Steps } from './change.js'
import { composeParts } from './compose-parts.js'

type Real = Exclude<Body, null>
type Step = Exclude<Real, Steps>
type Inner = Exclude<Step, Replace>

/**
 * Makes two changes, one after the other, one change.
 *
 * Laws  associative; `apply(compose(a, b), v) = apply(b, apply(a, v))`; null is neutral
 */
export function composeWith(algebra: Algebra, first: Change, second: Change): Change {
  const notes = [...notesOf(first), ...notesOf(second)]
  const change = composeBody(algebra, bodyOf(first), bodyOf(second))
  return withNotes(notes, change)
}

/** Gives a change without its notes. */
export const bodyOf = (change: Change): Body => (change?.type === 'meta' ? change.change : change)

/** Gives the notes of a change. */
export const notesOf = (change: Change): readonly Data[] =>
  change?.type === 'meta' ? change.notes : []

/** Puts notes on a change; neighbours that are alike stand once. */
export function withNotes(notes: readonly Data[], change: Body): Change {
  const different = notes.filter((note, i) => i === 0 || !sameData(note, notes[i - 1]))
  return different.length === 0 ? change : { type: 'meta', notes: different, change }
}

/** Composes changes that have no notes. */
export function composeBody(algebra: Algebra, first: Body, second: Body): Body {
  if (first === null || second === null) return first ?? second
  const steps = second.type === 'steps' ? second.steps : [second]
  return steps.reduce<Body>((whole, step) => append(algebra, whole, step), first)
}

function append(algebra: Algebra, whole: Body, step: Step): Body {
  if (whole === null) return step
  if (whole.type !== 'steps') return join(algebra, whole, step)
  const before = whole.steps.slice(0, -1)
  const joined = join(algebra, whole.steps.at(-1) as Step, step)
  const last = joined === null ? [] : joined.type === 'steps' ? joined.steps : [joined]
  return stepsOf([...before, ...last])
}

function stepsOf(steps: readonly Step[]): Body {
  return steps.length > 1 ? { type: 'steps', steps } : (steps[0] ?? null)
}

function join(algebra: Algebra, a: Step, b: Step): Body {
  if (a.type === 'replace' || b.type === 'replace') return joinReplace(algebra, a, b)
  if (a.type === 'custom' || b.type === 'custom') return joinCustom(algebra, a, b)
  if (a.type === 'fields' && b.type === 'fields') return joinFields(algebra, a, b)
  if (a.type === 'items' && b.type === 'items') return joinItems(algebra, a, b)
  if (a.type === 'increment' && b.type === 'increment') {
    return a.by + b.by === 0 ? null : { type: 'increment', by: a.by + b.by }
  }
  throw new UsageError('BAD_CHANGE', `a change of ${b.type} cannot follow one of ${a.type}`)
}

function joinReplace({ apply, invert }: Algebra, a: Step, b: Step): Body {
  const before = a.type === 'replace' ? a.before : apply((b as Replace).before, invert(a))
  const after = b.type === 'replace' ? b.after : apply((a as Replace).after, b)
  return sameData(before, after) ? null : { type: 'replace', before, after }
}

function joinCustom(algebra: Algebra, a: Inner, b: Inner): Body {
  const joined = a.type === 'custom' ? a.compose(b, algebra) : undefined
  return joined === undefined ? { type: 'steps', steps: [a, b] } : joined
}

function joinFields({ compose }: Algebra, a: Fields, b: Fields): Body {
  const fields = new Map(a.fields)
  for (const [key, change] of b.fields) {
    const joined = compose(fields.get(key) ?? null, change)
    if (joined === null) fields.delete(key)
    else fields.set(key, joined)
  }
  return fields.size === 0 ? null : { type: 'fields', fields }
}

function joinItems(algebra: Algebra, a: Items, b: Items): Body {
  const parts = composeParts(algebra, a.parts, b.parts)
  return parts.length === 0 ? null : { type: 'items', parts }
}
