/** What one session may ask of a server. */
export interface Limits {
  /** Objects joined at once. */
  readonly joins: number
  /** Events per second that are acknowledged at once; more delays the ack. */
  readonly eventsPerSecond: number
  /** Events that may come in a burst before acks are delayed. */
  readonly eventBurst: number
  /** Bytes sent to a peer that its transport has not taken; above, it is fed page by page. */
  readonly unsentBytes: number
  /** How long such a peer may take nothing at all before it is closed as SLOW_CONSUMER. */
  readonly slowMs: number
  /** Events of a page of the log. */
  readonly pageEvents: number
  /** Bytes of a page of the log. */
  readonly pageBytes: number
  /** Rows of a page of state. */
  readonly stateRows: number
  /** Bytes of the rows of a page of state, as they are stored. */
  readonly stateBytes: number
  /** Messages that no honest client sends, per minute, before a session is closed. */
  readonly errorsPerMinute: number
  /** Messages of one session that wait for an answer. */
  readonly waiting: number
  /** States and messages of presence per second; twice as many in a burst, what is over is refused. */
  readonly presencePerSecond: number
  /** Tabs that one session may show, over all objects. */
  readonly presences: number
  /** Bytes that wait for a peer's transport, above which it hears nothing of presence. */
  readonly presenceUnsentBytes: number
}

/** What a server allows unless it is told otherwise; honest clients do not notice. */
export const defaultLimits: Limits = {
  joins: 100,
  eventsPerSecond: 5_000,
  eventBurst: 20_000,
  unsentBytes: 262_144,
  slowMs: 30_000,
  pageEvents: 500,
  pageBytes: 65_536,
  stateRows: 2_000,
  stateBytes: 131_072,
  errorsPerMinute: 20,
  waiting: 1_000,
  presencePerSecond: 100,
  presences: 256,
  presenceUnsentBytes: 16_384,
}

/** Counts what may be spent; refills with time, which is passed in. */
export interface Bucket {
  /** Spends `count`, into debt if need be; tells how long, in ms, the debt lasts. */
  spend(count: number, now: number): number
}

/** Makes a bucket that holds `burst` and gains `perSecond`. */
export function createBucket(perSecond: number, burst: number, start: number): Bucket {
  let left = burst
  let at = start
  return {
    spend(count, now) {
      left = Math.min(burst, left + ((now - at) * perSecond) / 1000) - count
      at = now
      return left >= 0 ? 0 : Math.ceil((-left * 1000) / perSecond)
    },
  }
}
