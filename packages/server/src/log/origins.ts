import {
  type Event,
  eventReplica,
  type MovedNumber,
  type Origin,
  originOf,
  type Replica,
} from '@react-collab/core'

/** An event that was logged under another replica than the one that made it (R9). */
export interface MovedEvent extends Origin {
  readonly under: Replica
}

/** Most that are kept of an object, the newest: copies of a disk are rare, and send soon. */
const keptOrigins = 10_000

/** Where an event comes from, if it was made by another replica than the one that it is logged by. */
export function foreignOrigin(event: Event, text: string): Origin | undefined {
  if (event[3]?.o === undefined) return undefined
  const origin = originOf(event, text)
  return origin.replica === eventReplica(event) ? undefined : origin
}

/** Finds events by what they were first. */
export class OriginIndex {
  readonly #byName = new Map<string, MovedEvent>()

  constructor(moved: readonly MovedEvent[] = []) {
    for (const one of moved) this.add(one)
  }

  has(origin: Origin): boolean {
    return this.#byName.size > 0 && this.#byName.has(nameOf(origin))
  }

  add(moved: MovedEvent): void {
    this.#byName.set(nameOf(moved), moved)
    if (this.#byName.size <= keptOrigins) return
    const [oldest] = this.#byName.keys()
    if (oldest !== undefined) this.#byName.delete(oldest)
  }

  /** Those of a replica, from number `from` on. */
  of(replica: Replica, from: number): MovedNumber[] {
    return [...this.#byName.values()].flatMap((one): MovedNumber[] =>
      one.replica === replica && one.n >= from ? [[one.n, one.hash, one.under]] : [],
    )
  }
}

const nameOf = ({ replica, n, hash }: Origin): string => `${replica}${n} ${hash}`
