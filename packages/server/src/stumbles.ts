/** Remembers on which events a guard failed, and whether it had answers for others meanwhile. */
export interface Stumbles {
  /** The guard had an answer for some event. */
  answered(): void
  /** The guard failed on this event; true when that has to be the event's own fault. */
  failed(event: string): boolean
}

/** Tries after which an event is given up that the guard alone cannot stand. */
const mostTries = 8
/** Events that are remembered; the longest untried is forgotten first. */
const mostEvents = 1_000

/**
 * Makes an empty memory.
 *
 * A guard that fails on everything, as when its database is away, blames no event: only a try
 * before which it had an answer for another event counts.
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
      const counts = known === undefined || answers > known.answers
      const tries = (known?.tries ?? 0) + (counts ? 1 : 0)
      events.delete(event)
      events.set(event, { tries, answers })
      const [oldest] = events.keys()
      if (events.size > mostEvents && oldest !== undefined) events.delete(oldest)
      return tries >= mostTries
    },
  }
}
