import { type Event, eventReplica, type Replica, type RowKey } from '@react-collab/core'
import type { Edit } from './edit.js'

/** Edits of one replica by rising n; those before `from` are settled. */
interface Queue {
  edits: Edit[]
  from: number
}

/**
 * Edits that are shown and not confirmed, in the order in which this tab learned of them.
 *
 * Found by replica and number, which stay when an event is stamped anew. Neither names nor hashes
 * are made for that: every edit comes by here, and they cost as much as the rest of it.
 */
export class PendingEdits implements Iterable<Edit> {
  readonly #queues = new Map<Replica, Queue>()
  #size = 0
  #learned = 0

  get size(): number {
    return this.#size
  }

  /** The edits as they are now: they may leave meanwhile. */
  [Symbol.iterator](): IterableIterator<Edit> {
    const all = [...this.#queues.values()].flatMap(({ edits, from }) => edits.slice(from))
    return (this.#queues.size > 1 ? all.sort(byLearning) : all).values()
  }

  /** Tells whether an edit with a number is here. */
  has({ event }: Edit): boolean {
    return event !== undefined && this.find(event) !== undefined
  }

  /** Finds the edit of an event; a draft, which has no number yet, is not found. */
  find(event: Event): Edit | undefined {
    const queue = this.#queues.get(eventReplica(event))
    if (queue === undefined || event[0] === 0) return undefined
    const edit = queue.edits[placeOf(queue, event[0])]
    return edit !== undefined && numberOf(edit) === event[0] ? edit : undefined
  }

  /** Adds an edit whose event has been made. */
  add(edit: Edit): void {
    edit.learned = ++this.#learned
    this.#size += 1
    const replica = eventReplica(edit.event as Event)
    const queue = this.#queues.get(replica)
    if (queue === undefined) {
      this.#queues.set(replica, { edits: [edit], from: 0 })
      return
    }
    const last = queue.edits.at(-1)
    queue.edits.push(edit)
    if (last === undefined || numberOf(last) <= numberOf(edit)) return
    queue.edits = queue.edits.slice(queue.from).sort((a, b) => numberOf(a) - numberOf(b))
    queue.from = 0
  }

  /** The edit of each replica that is confirmed next. */
  *firsts(): Iterable<Edit> {
    for (const { edits, from } of this.#queues.values()) yield edits[from] as Edit
  }

  /** The edits of a replica after number `after`, up to `n`. */
  between(replica: Replica, after: number, n: number): readonly Edit[] {
    const queue = this.#queues.get(replica)
    if (queue === undefined) return []
    const { edits, from } = queue
    const first = after === 0 ? from : placeOf(queue, after + 1)
    let end = first
    while (end < edits.length && numberOf(edits[end] as Edit) <= n) end += 1
    return edits.slice(first, end)
  }

  /** Takes out the edits of a replica up to number `n`. */
  settle(replica: Replica, n: number): readonly Edit[] {
    const queue = this.#queues.get(replica)
    if (queue === undefined) return []
    const { edits, from } = queue
    let to = from
    while (to < edits.length && numberOf(edits[to] as Edit) <= n) to += 1
    const settled = edits.slice(from, to)
    this.#size -= settled.length
    // Cut off in big pieces: moving the rest up for every entry is quadratic in a long outbox.
    if (to === edits.length) this.#queues.delete(replica)
    else if (to > edits.length / 2) Object.assign(queue, { edits: edits.slice(to), from: 0 })
    else queue.from = to
    return settled
  }

  /** The rows in which they count. */
  get counted(): ReadonlySet<RowKey> {
    const all = [...this].flatMap(({ patches }) => patches)
    return new Set(all.flatMap(([kind, key]) => (kind === '+' ? key : [])))
  }

  /** Takes out edits, or what is here under their numbers. */
  remove(edits: Iterable<Edit>): void {
    const gone = new Set([...edits].map((edit) => (edit.event && this.find(edit.event)) ?? edit))
    this.replace([...this].filter((edit) => !gone.has(edit)))
  }

  /** Holds these edits from now on, and no others. */
  replace(edits: readonly Edit[]): void {
    this.#queues.clear()
    this.#size = 0
    for (const edit of edits) if (edit.event !== undefined) this.add(edit)
  }
}

const numberOf = (edit: Edit): number => (edit.event as Event)[0]

const byLearning = (a: Edit, b: Edit): number => a.learned - b.learned

/** Where the first edit is whose number is not below `n`. */
function placeOf({ edits, from }: Queue, n: number): number {
  // Numbers mostly follow each other.
  const guess = from + n - numberOf(edits[from] as Edit)
  const guessed = edits[guess]
  if (guess >= from && guessed !== undefined && numberOf(guessed) === n) return guess
  let low = from
  let high = edits.length
  while (low < high) {
    const middle = (low + high) >> 1
    if (numberOf(edits[middle] as Edit) < n) low = middle + 1
    else high = middle
  }
  return low
}
