import type { Algebra, Body, Change, Items, Part } from './change.js'
import { changesAt, layoutOf, piecesOf } from './layout.js'
import { consumed, PartsBuilder } from './parts-builder.js'

/**
 * Gives the change that undoes `change`, without the value.
 *
 * Laws  `apply(invert(c), apply(c, v)) = v`; inverting twice gives the same change
 */
export function invertWith(algebra: Algebra, change: Change): Change {
  return change?.type === 'meta'
    ? { ...change, change: invertBody(algebra, change.change) }
    : invertBody(algebra, change)
}

/** Undoes a change that has no notes. */
export function invertBody(algebra: Algebra, change: Body): Body {
  switch (change?.type) {
    case undefined:
      return null
    case 'replace':
      return { type: 'replace', before: change.after, after: change.before }
    case 'increment':
      return { type: 'increment', by: -change.by }
    case 'custom':
      return change.invert(algebra)
    case 'steps':
      return change.steps.toReversed().map(algebra.invert).reduce(algebra.compose, null)
    case 'fields':
      return {
        type: 'fields',
        fields: new Map([...change.fields].map(([key, inner]) => [key, algebra.invert(inner)])),
      }
    case 'items':
      return invertItems(algebra, change)
  }
}

function invertItems({ invert }: Algebra, { parts }: Items): Items {
  const layout = layoutOf(parts)
  const inverse = new PartsBuilder()
  const inverses = new Map<Body, Body>([[null, null]])
  const invertOnce = (change: Body): Body => {
    if (!inverses.has(change)) inverses.set(change, invert(change))
    return inverses.get(change) ?? null
  }
  let from = 0
  for (const part of parts) {
    invertPart(part, from)
    from += consumed(part)
  }
  return { type: 'items', parts: inverse.finish() }

  function invertPart(part: Part, at: number): void {
    if (part.kind === 'keep') inverse.keep(part.count, invertOnce(part.change))
    else if (part.kind === 'insert') inverse.remove(part.content)
    else if (part.kind === 'delete') inverse.insert(part.content)
    else if (part.kind === 'put') {
      for (const { count, change } of changesAt(layout, part.from, part.count)) {
        inverse.take(count, invertOnce(change))
      }
    } else for (const { to, count } of piecesOf(layout, at, part.count)) inverse.put(to, count)
  }
}
