import { UsageError } from '../errors.js'
import type { Algebra, Body, Change, Fields, Items, Merged, Replace, Steps } from './change.js'
import { bodyOf, notesOf, withNotes } from './compose.js'
import { sameData } from './data.js'
import { mergeParts } from './merge-parts.js'

type Step = Steps['steps'][number]
type Inner = Exclude<Step, Replace>

/**
 * Brings two concurrent changes of one value past each other.
 *
 * Gives `[laterAfterEarlier, earlierAfterLater]`; who comes first in the agreed order is `earlier`.
 *
 * Laws  TP1: `apply(laterAfterEarlier, apply(earlier, v)) = apply(earlierAfterLater, apply(later, v))`
 * Source  DOT's merge rules; SPEC.md names where this differs
 */
export function mergeWith(algebra: Algebra, earlier: Change, later: Change): Merged<Change> {
  const [b, a] = mergeBody(algebra, bodyOf(earlier), bodyOf(later))
  return [withNotes(notesOf(later), b), withNotes(notesOf(earlier), a)]
}

/** Merges changes that have no notes. */
export function mergeBody(algebra: Algebra, earlier: Body, later: Body): Merged {
  if (earlier === null || later === null) return [later, earlier]
  if (earlier.type === 'steps' || later.type === 'steps') {
    return mergeSteps(algebra, stepsOf(earlier), stepsOf(later))
  }
  return mergeStep(algebra, earlier, later)
}

const stepsOf = (change: Exclude<Body, null>): readonly Step[] =>
  change.type === 'steps' ? change.steps : [change]

/** Merges step by step: each one of the later change past all of the earlier. */
function mergeSteps(algebra: Algebra, earlier: readonly Step[], later: readonly Step[]): Merged {
  let a: readonly Body[] = earlier
  let b: Body = null
  for (const step of later) {
    let late: Body = step
    const past: Body[] = []
    for (const early of a) {
      const [nextLate, nextEarly] = algebra.merge(early, late)
      late = nextLate
      past.push(nextEarly)
    }
    a = past
    b = algebra.compose(b, late)
  }
  return [b, a.reduce<Body>(algebra.compose, null)]
}

function mergeStep(algebra: Algebra, a: Step, b: Step): Merged {
  if (a.type === 'replace') return mergeReplace(algebra, a, b)
  if (b.type === 'replace') return [{ ...b, before: algebra.apply(b.before, a) }, null]
  if (a.type === 'custom' || b.type === 'custom') return mergeCustom(algebra, a, b)
  if (a.type === 'fields' && b.type === 'fields') return mergeFields(algebra, a, b)
  if (a.type === 'items' && b.type === 'items') return mergeItems(algebra, a, b)
  if (a.type === 'increment' && b.type === 'increment') return [b, a]
  throw new UsageError('BAD_CHANGE', `changes of ${a.type} and ${b.type} are not of one value`)
}

/** A replace wins over everything but a later replace, and takes what it won over into `before`. */
function mergeReplace({ apply }: Algebra, a: Replace, b: Step): Merged {
  if (b.type !== 'replace') return [null, { ...a, before: apply(a.before, b) }]
  if (sameData(a.after, b.after)) return [null, null]
  return [{ ...b, before: a.after }, null]
}

function mergeCustom(algebra: Algebra, a: Inner, b: Inner): Merged {
  if (a.type === 'custom') {
    const { self, other } = a.mergeWith(b, 'earlier', algebra)
    return [other, self]
  }
  if (b.type !== 'custom') return [b, a]
  const { self, other } = b.mergeWith(a, 'later', algebra)
  return [self, other]
}

function mergeFields({ merge }: Algebra, a: Fields, b: Fields): Merged {
  const after = { a: new Map(a.fields), b: new Map(b.fields) }
  for (const [key, early] of a.fields) {
    const late = b.fields.get(key)
    if (late === undefined) continue
    const [nextLate, nextEarly] = merge(early, late)
    put(after.a, key, nextEarly)
    put(after.b, key, nextLate)
  }
  return [fieldsOf(after.b), fieldsOf(after.a)]
}

function put(fields: Map<string, Body>, key: string, change: Body): void {
  if (change === null) fields.delete(key)
  else fields.set(key, change)
}

const fieldsOf = (fields: ReadonlyMap<string, Body>): Body =>
  fields.size === 0 ? null : { type: 'fields', fields }

function mergeItems(algebra: Algebra, a: Items, b: Items): Merged {
  const [late, early] = mergeParts(algebra, a.parts, b.parts)
  return [itemsOf(late), itemsOf(early)]
}

const itemsOf = (parts: Items['parts']): Body =>
  parts.length === 0 ? null : { type: 'items', parts }
