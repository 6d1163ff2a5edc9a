import { type Rejected, UsageError } from 'react-collab'
import { reasonOf } from '../../shell/reason.js'

/** The collection that holds the todos. */
export const TODOS = 'todos'

/** What a todo holds; each field may not have been written yet. */
export interface TodoFields {
  readonly text?: string
  readonly done?: boolean
}

/** A todo as it is shown. */
export interface Todo extends TodoFields {
  readonly id: string
}

/** Which todos are shown. */
export type Filter = 'all' | 'active' | 'completed'

/** Reads the route after `#`. */
export function filterOf(hash: string): Filter {
  const name = hash.replace(/^#\/?/, '')
  return name === 'active' || name === 'completed' ? name : 'all'
}

/** Tells whether a filter shows a todo. */
export const isShown = (filter: Filter, { done = false }: Todo): boolean =>
  filter === 'all' || (filter === 'completed') === done

/** Counts in words: "1 item left". */
export const leftWords = (count: number): string =>
  `${count.toLocaleString('en')} ${count === 1 ? 'item' : 'items'} left`

interface Identified {
  readonly id: string
}

/**
 * What a todo has to be moved before, so that it stands at `index` among those that are shown;
 * undefined for the end of the list.
 *
 * Behind the last one that is shown it stands right behind that, not behind all that are hidden.
 */
export function neighbourAt(
  all: readonly Identified[],
  shown: readonly Identified[],
  id: string,
  index: number,
): string | undefined {
  const others = shown.filter((todo) => todo.id !== id)
  const next = others[Math.max(0, index)]
  if (next !== undefined) return next.id
  const rest = all.filter((todo) => todo.id !== id)
  const last = others.at(-1)
  return rest[rest.findIndex((todo) => todo.id === last?.id) + 1]?.id
}

/** Where a row stands on the page, whatever moves over it. */
export interface Span {
  readonly top: number
  readonly height: number
}

/** The index that a row dragged so far would have when it is let go. */
export function indexAt(spans: readonly Span[], from: number, dy: number): number {
  const own = spans[from]
  if (own === undefined) return from
  const middle = own.top + own.height / 2 + dy
  return spans.filter((span, i) => i !== from && span.top + span.height / 2 < middle).length
}

/** How far a row gets out of the way of the one that is dragged from one index to another. */
export function shiftOf(index: number, from: number, to: number, height: number): number {
  if (index > from && index <= to) return -height
  return index < from && index >= to ? height : 0
}

/** What a refused edit would have written, in words. */
export function refusedText({ event: [, , patches] }: Rejected): string {
  const text = patches.find(([kind, , field]) => kind === '=' && field === 'text')?.[3]
  return typeof text === 'string' ? text : 'A change without text'
}

/** What a value holds at least, in characters of any script: 64 KiB, 3 bytes each. */
const SURELY_FITS = 21_845

/** Says why a todo was not taken; what is no fault of its text is thrown on. */
export function writeTrouble(error: unknown, text: string): string {
  if (!(error instanceof UsageError)) throw error
  if (text.length > SURELY_FITS) return 'Too long to be saved: it stays here until it is shorter.'
  return `This cannot be saved: ${reasonOf(error.message)}`
}
