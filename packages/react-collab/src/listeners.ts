import { cut, prefixOf, type RowKey, UsageError } from '@react-collab/core'

/** Takes a listener away again. */
export type Unsubscribe = () => void

/** A set of callbacks; one that throws does not keep the others from hearing. */
export interface Listeners {
  add(listener: () => void): Unsubscribe
  call(): void
  readonly isEmpty: boolean
}

/** Makes an empty set of callbacks; what they throw goes to `report`. */
export const createListeners = (report: (error: unknown) => void): Listeners =>
  new ListenerSet(report)

/** One listener in one place: a function added twice is heard twice, and leaves twice. */
interface Entry {
  readonly listener: () => void
}

/** Most sets have one listener, of the one component that shows a row: it needs no `Set`. */
class ListenerSet implements Listeners {
  readonly #report: (error: unknown) => void
  #only: Entry | undefined
  #more: Set<Entry> | undefined

  constructor(report: (error: unknown) => void) {
    this.#report = report
  }

  add(listener: () => void): Unsubscribe {
    if (typeof listener !== 'function')
      throw new UsageError('BAD_VALUE', `a listener is a function, not ${cut(listener)}`)
    const entry = { listener }
    if (this.isEmpty) this.#only = entry
    else {
      this.#more ??= new Set()
      if (this.#only !== undefined) this.#more.add(this.#only)
      this.#more.add(entry)
      this.#only = undefined
    }
    return () => {
      if (this.#only === entry) this.#only = undefined
      else this.#more?.delete(entry)
    }
  }

  get isEmpty(): boolean {
    return this.#only === undefined && (this.#more?.size ?? 0) === 0
  }

  call(): void {
    if (this.#only !== undefined) this.#tell(this.#only)
    else if (this.#more !== undefined) for (const entry of this.#more) this.#tell(entry)
  }

  #tell({ listener }: Entry): void {
    try {
      listener()
    } catch (error) {
      this.#report(error)
    }
  }
}

/** Calls `listener` when what `read` gives is another, which it may be whenever a source tells. */
export function whenOther(
  read: () => unknown,
  sources: readonly { subscribe(listener: () => void): Unsubscribe }[],
  listener: () => void,
): Unsubscribe {
  let last = read()
  const look = (): void => {
    const now = read()
    if (now === last) return
    last = now
    listener()
  }
  const ends = sources.map((source) => source.subscribe(look))
  return () => ends.forEach((end) => end())
}

/** Callbacks that are called once for all that changes in a task. */
export interface Notifier {
  add(listener: () => void): Unsubscribe
  /** Something changed. */
  soon(): void
}

/** Makes a notifier; `before` runs just before its listeners do. */
export function createNotifier(report: (error: unknown) => void, before: () => void): Notifier {
  const listeners = createListeners(report)
  let isPlanned = false
  return {
    add: (listener) => listeners.add(listener),
    soon() {
      if (isPlanned) return
      isPlanned = true
      void Promise.resolve().then(() => {
        isPlanned = false
        before()
        listeners.call()
      })
    },
  }
}

/**
 * Who wants to hear of which rows: one row, a collection, or all of an object.
 *
 * `mark` collects; `flush` calls each listener once, however many of its rows changed.
 */
export interface RowListeners {
  onRow(key: RowKey, listener: () => void): Unsubscribe
  /**
   * `listener` gets the keys that changed since it was last called. `isHeard` tells whether somebody
   * hears it in turn; else it only keeps something in order.
   */
  onRows(
    prefix: string,
    listener: (keys: ReadonlySet<RowKey>) => void,
    isHeard?: () => boolean,
  ): Unsubscribe
  /** `listener` gets all keys that changed since it was last called, before anybody else hears. */
  onAny(listener: (keys: ReadonlySet<RowKey>) => void, isHeard?: () => boolean): Unsubscribe
  /** Whether there is anybody to tell. */
  readonly isHeard: boolean
  mark(key: RowKey): void
  flush(): void
}

interface KeysListener {
  readonly listener: (keys: ReadonlySet<RowKey>) => void
  readonly isHeard: () => boolean
}

/** Makes the row listeners of one object; `before` runs at each flush, and may mark more. */
export function createRowListeners(
  report: (error: unknown) => void,
  before: () => void = () => undefined,
): RowListeners {
  const byRow = new Map<RowKey, Listeners>()
  const byPrefix = new Map<string, Set<KeysListener>>()
  /** What changed since the last flush. Most edits change one row, which needs no set of its own. */
  let marked: RowKey | undefined
  let others: Set<RowKey> | undefined

  const anyRow = new Set<KeysListener>()

  function addTo(listeners: Set<KeysListener>, entry: KeysListener): Unsubscribe {
    listeners.add(entry)
    return () => void listeners.delete(entry)
  }

  function tell(listeners: Iterable<KeysListener>, keys: ReadonlySet<RowKey>): void {
    for (const { listener } of listeners) {
      try {
        listener(keys)
      } catch (error) {
        report(error)
      }
    }
  }

  function tellRow(key: RowKey): void {
    if (anyRow.size > 0) tell(anyRow, new Set([key]))
    if (byPrefix.size > 0) tell(byPrefix.get(prefixOf(key)) ?? [], new Set([key]))
    byRow.get(key)?.call()
  }

  return {
    onRow(key, listener) {
      const listeners = byRow.get(key) ?? createListeners(report)
      byRow.set(key, listeners)
      const remove = listeners.add(listener)
      return () => {
        remove()
        // Rows come and go while people scroll; what nobody hears is forgotten.
        if (listeners.isEmpty && byRow.get(key) === listeners) byRow.delete(key)
      }
    },
    onRows(prefix, listener, isHeard = () => true) {
      const listeners = byPrefix.get(prefix) ?? new Set()
      byPrefix.set(prefix, listeners)
      const remove = addTo(listeners, { listener, isHeard })
      return () => {
        remove()
        if (listeners.size === 0 && byPrefix.get(prefix) === listeners) byPrefix.delete(prefix)
      }
    },
    onAny: (listener, isHeard = () => true) => addTo(anyRow, { listener, isHeard }),
    get isHeard() {
      const many = [anyRow, ...byPrefix.values()].flatMap((listeners) => Array.from(listeners))
      return byRow.size > 0 || many.some((one) => one.isHeard())
    },
    mark(key) {
      // Who begins to listen reads what is there: nobody has missed anything.
      if (byRow.size === 0 && byPrefix.size === 0 && anyRow.size === 0) return
      if (others !== undefined) others.add(key)
      else if (marked === undefined) marked = key
      else if (marked !== key) others = new Set([marked, key])
    },
    flush() {
      before()
      const key = marked
      const keys = others
      marked = others = undefined
      if (key === undefined) return
      if (keys === undefined) return tellRow(key)
      if (anyRow.size > 0) tell(anyRow, keys)
      if (byPrefix.size > 0)
        for (const [prefix, own] of grouped(keys)) tell(byPrefix.get(prefix) ?? [], own)
      for (const one of keys) byRow.get(one)?.call()
    },
  }
}

function grouped(keys: ReadonlySet<RowKey>): Map<string, Set<RowKey>> {
  const groups = new Map<string, Set<RowKey>>()
  for (const key of keys) {
    const prefix = prefixOf(key)
    const group = groups.get(prefix)
    if (group === undefined) groups.set(prefix, new Set([key]))
    else group.add(key)
  }
  return groups
}
