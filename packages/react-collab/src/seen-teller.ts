import type { Cursor, ObjectId } from '@react-collab/core'
import type { Connection } from './connection.js'
import type { Platform } from './platform.js'

/** How long after entries the server hears that they have come. */
const QUIET_MS = 1_000

/** How far an object is here: by entries, or by pages of the rows that come before them. */
export interface Seen {
  readonly cursor: Cursor | undefined
  readonly page?: number
}

/** Whom it tells, and what of. */
export interface SeenTellerHost {
  readonly platform: Platform
  readonly connection: Connection
  readonly seen: () => Seen
}

/** Tells the server how far an object is on this device. */
export class SeenTeller {
  /** Of the last join. */
  term = ''
  readonly #object: ObjectId
  readonly #host: SeenTellerHost
  #cancel: (() => void) | undefined

  constructor(object: ObjectId, host: SeenTellerHost) {
    this.#object = object
    this.#host = host
  }

  /** How far it is, as one number; pages of rows count below all entries. */
  get place(): number {
    const { cursor, page } = this.#host.seen()
    return page === undefined ? (cursor?.seq ?? 0) : page - Number.MAX_SAFE_INTEGER
  }

  tell(): void {
    // An object in which nobody has written has no cursor.
    const nothing = { term: this.term, seq: 0 }
    const { cursor = nothing, page } = this.#host.seen()
    this.#host.connection.send('seen', { object: this.#object, cursor, page })
  }

  /** Tells it soon, once for all that comes meanwhile. */
  tellSoon(): void {
    this.#cancel ??= this.#host.platform.timer(QUIET_MS, () => {
      this.#cancel = undefined
      this.tell()
    })
  }

  stop(): void {
    this.#cancel?.()
    this.#cancel = undefined
  }
}
