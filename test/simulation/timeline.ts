/** Virtual time: nothing happens but what was put on it, in order. */
export interface Timeline {
  readonly now: number
  /** The true date, ms since the Unix epoch: `now`, and all that was slept. */
  readonly date: number
  /** The date goes on, and nothing else. */
  sleep(ms: number): void
  /** Calls `run` `delayMs` from now; the function that comes back calls it off. */
  at(delayMs: number, run: () => void): () => void
  /** Goes to the next thing that is to happen; false when there is none before `until`. */
  step(until: number): Promise<boolean>
  /** Goes on until `until`; stops early when `done` says so. */
  runTo(until: number, done?: () => boolean): Promise<void>
}

interface Entry {
  readonly time: number
  readonly order: number
  run: (() => void) | undefined
}

/** Makes virtual time that begins at `startMs`; `settle` lets all promises go on that can. */
export function createTimeline(startMs: number, settle: () => Promise<void>): Timeline {
  const heap: Entry[] = []
  let now = startMs
  let sleptMs = 0
  let order = 0

  const before = (a: Entry, b: Entry): boolean =>
    a.time < b.time || (a.time === b.time && a.order < b.order)

  function push(entry: Entry): void {
    heap.push(entry)
    let i = heap.length - 1
    while (i > 0) {
      const parent = (i - 1) >> 1
      if (!before(heap[i] as Entry, heap[parent] as Entry)) break
      swap(i, parent)
      i = parent
    }
  }

  function swap(a: number, b: number): void {
    const entry = heap[a] as Entry
    heap[a] = heap[b] as Entry
    heap[b] = entry
  }

  function pop(): Entry | undefined {
    const top = heap[0]
    const last = heap.pop()
    if (top === undefined || last === undefined || heap.length === 0) return top
    heap[0] = last
    for (let i = 0; ; ) {
      const [left, right] = [2 * i + 1, 2 * i + 2]
      let least = i
      if (left < heap.length && before(heap[left] as Entry, heap[least] as Entry)) least = left
      if (right < heap.length && before(heap[right] as Entry, heap[least] as Entry)) least = right
      if (least === i) return top
      swap(i, least)
      i = least
    }
  }

  async function step(until: number): Promise<boolean> {
    while (heap[0] !== undefined && heap[0].run === undefined) pop()
    const next = heap[0]
    if (next === undefined || next.time > until) {
      now = Math.max(now, until)
      return false
    }
    pop()
    now = Math.max(now, next.time)
    next.run?.()
    await settle()
    return true
  }

  return {
    get now() {
      return now
    },
    get date() {
      return now + sleptMs
    },
    sleep(ms) {
      sleptMs += ms
    },
    at(delayMs, run) {
      const entry: Entry = { time: now + Math.max(0, delayMs), order: order++, run }
      push(entry)
      return () => {
        entry.run = undefined
      }
    },
    step,
    async runTo(until, done) {
      await settle()
      while (!(done?.() ?? false) && (await step(until)));
    },
  }
}
