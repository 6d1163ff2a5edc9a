/** Pages on their way that a peer has not told to have. */
export interface Pace {
  /** Whether the next page waits for the peer. */
  readonly isFull: boolean
  /** A page that ends with `seq` was sent. */
  sent(seq: number): void
  /** The peer has all up to `seq`. */
  seen(seq: number): void
  /** Resolves when the peer has told something, or the feed has ended. */
  changed(): Promise<void>
  end(): void
}

/** Pages that are sent ahead at first, and on a slow line: two keep it full. */
const fewest = 2
/** Pages that are sent ahead on a quick line. */
const most = 16
/** A page that was seen after this long was not held up by those before it. */
const quickMs = 250

/**
 * Counts pages in flight, so that a slow line holds no more than it carries in seconds: what else
 * goes over it, such as heartbeats, stays in time.
 */
export function createPace(elapsed: () => number): Pace {
  let window = fewest
  let flying: { readonly seq: number; readonly at: number }[] = []
  let wake = (): void => undefined
  return {
    get isFull() {
      return flying.length >= window
    },
    sent(seq) {
      flying.push({ seq, at: elapsed() })
    },
    seen(seq) {
      for (const page of flying) {
        if (page.seq > seq) break
        window = elapsed() - page.at <= quickMs ? Math.min(most, window + 1) : fewest
      }
      flying = flying.filter((page) => page.seq > seq)
      wake()
    },
    changed: () =>
      new Promise((resolve) => {
        wake = resolve
      }),
    end: () => wake(),
  }
}
