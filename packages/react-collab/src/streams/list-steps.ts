import type { Body, Part } from '@react-collab/core'

/** One item of a list after a change: where it comes from, and what became of it. */
export interface ListStep {
  /** Its index before; undefined for a new one. */
  readonly from: number | undefined
  readonly change: Body
  /** It stood elsewhere before, or nowhere. */
  readonly isPut: boolean
}

/** A change of a list of `length` items, item by item, and the indexes of those that are gone. */
export interface ListSteps {
  readonly steps: readonly ListStep[]
  readonly deleted: readonly number[]
}

/** Tells a change of a list item by item. */
export function listSteps(parts: readonly Part[], length: number): ListSteps {
  const taken = new Map<number, Body>()
  const deleted: number[] = []
  const steps: ListStep[] = []
  let end = 0
  eachPart(parts, (part, at, count) => {
    end = at + count
    for (let i = at; i < end; i++) {
      if (part.kind === 'take') taken.set(i, part.change)
      else if (part.kind === 'delete') deleted.push(i)
    }
  })
  eachPart(parts, (part, at) => {
    if (part.kind === 'insert') {
      for (let i = 0; i < part.content.length; i++) steps.push(fresh)
    } else if (part.kind === 'keep') {
      for (let i = 0; i < part.count; i++)
        steps.push({ from: at + i, change: part.change, isPut: false })
    } else if (part.kind === 'put') {
      for (let i = part.from; i < part.from + part.count; i++)
        steps.push({ from: i, change: taken.get(i) ?? null, isPut: true })
    }
  })
  for (; end < length; end++) steps.push({ from: end, change: null, isPut: false })
  return { steps, deleted }
}

const fresh: ListStep = { from: undefined, change: null, isPut: true }

/** Goes through parts with the index before that each is at, and how many items it takes up. */
function eachPart(
  parts: readonly Part[],
  visit: (part: Part, at: number, count: number) => void,
): void {
  let at = 0
  for (const part of parts) {
    const count =
      part.kind === 'keep' || part.kind === 'take'
        ? part.count
        : part.kind === 'delete'
          ? part.content.length
          : 0
    visit(part, at, count)
    at += count
  }
}
