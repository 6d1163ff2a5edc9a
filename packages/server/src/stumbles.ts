/** Remembers on which events a guard failed, and whether it had answers for others meanwhile. */
export interface Stumbles {
  /** The guard had an answer for some event of `object`. */
  answered(object: string): void
  /** The guard failed on this event; true when that has to be the event's own fault. */
  failed(object: string, event: string): boolean
}

/** Tries after which an event is given up that the guard alone cannot stand. */
const mostTries = 8
/** Objects, and events of each, that are remembered; the longest untried are forgotten first. */
const mostRemembered = 1_000

interface Trouble {
  /** What the guard has answered since it first failed here. */
  answers: number
  readonly events: Map<string, { readonly tries: number; readonly answers: number }>
}

/**
 * Makes an empty memory.
 *
 * A guard that fails on all of an object, as when its database is away, blames no event: only a try
 * before which it had an answer for another event of the object counts.
 */
export function createStumbles(): Stumbles {
  const troubles = new Map<string, Trouble>()
  return {
    answered: (object) => {
      const trouble = troubles.get(object)
      if (trouble !== undefined) trouble.answers += 1
    },
    failed: (object, event) => {
      const trouble = troubles.get(object) ?? { answers: 0, events: new Map() }
      putLast(troubles, object, trouble)
      const { answers, events } = trouble
      const known = events.get(event)
      const counts = known === undefined || answers > known.answers
      const tries = (known?.tries ?? 0) + (counts ? 1 : 0)
      putLast(events, event, { tries, answers })
      return tries >= mostTries
    },
  }
}

function putLast<V>(map: Map<string, V>, key: string, value: V): void {
  map.delete(key)
  map.set(key, value)
  const [oldest] = map.keys()
  if (map.size > mostRemembered && oldest !== undefined) map.delete(oldest)
}
