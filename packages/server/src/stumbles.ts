/** Remembers on which events a guard failed, and whether it had answers for others meanwhile. */
export interface Stumbles {
  /** The guard had an answer for some event. */
  answered(): void
  /** The guard failed on this event. */
  failed(event: string): Stumble
}

/** What is known of an event on which a guard fails. */
export interface Stumble {
  /** It failed so often on this one alone that the fault has to be the event's. */
  readonly isBlamed: boolean
  /** How soon to try again, while there is reason to think so. */
  readonly retryAfterMs: number | undefined
}

/** Tries after which an event is given up that the guard alone cannot stand. */
const mostTries = 8
/** Events that are remembered; the longest untried are forgotten first. */
const mostRemembered = 10_000

const firstWaitMs = 250
const longestWaitMs = 3_000

/**
 * Makes an empty memory.
 *
 * A guard that fails on everything, as when its database is away, blames no event: only a try before
 * which it had an answer for another event counts.
 */
export function createStumbles(): Stumbles {
  const events = new Map<string, { readonly tries: number; readonly answers: number }>()
  let answers = 0
  return {
    answered: () => {
      answers += 1
    },
    failed: (event) => {
      const known = events.get(event)
      const isTold = known !== undefined && answers > known.answers
      const tries = (known?.tries ?? 0) + (known === undefined || isTold ? 1 : 0)
      putLast(events, event, { tries, answers })
      return {
        isBlamed: tries >= mostTries,
        retryAfterMs: isTold ? Math.min(longestWaitMs, firstWaitMs * 2 ** tries) : undefined,
      }
    },
  }
}

function putLast<V>(map: Map<string, V>, key: string, value: V): void {
  map.delete(key)
  map.set(key, value)
  const [oldest] = map.keys()
  if (map.size > mostRemembered && oldest !== undefined) map.delete(oldest)
}
