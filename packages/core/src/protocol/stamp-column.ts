import { ProtocolError } from '../errors.js'
import {
  counterOf,
  formatStamp,
  isReplica,
  msOf,
  type Replica,
  replicaOf,
  type Stamp,
  type StampParts,
} from '../stamp.js'
import { NumberReader, NumberWriter } from './number-text.js'

/** The stamps of a page: each once, told by how it differs from the one before. */
export interface StampColumn {
  /** Whoever wrote one, once. */
  readonly replicas: readonly Replica[]
  /**
   * Of each stamp: its ms less that of the one before, its counter (less that of the one before
   * where the ms is the same), and its place in `replicas`.
   */
  readonly stamps: string
}

/** Names stamps by numbers: 0 is one that was not there yet, else how far it is behind the last of those. */
export class StampWriter {
  readonly #known = new Map<Stamp, number>()
  readonly #replicas = new Map<Replica, number>()
  readonly #numbers = new NumberWriter()
  #ms = 0
  #counter = 0

  /** Names a stamp. */
  mark(stamp: Stamp): number {
    const known = this.#known.get(stamp)
    if (known !== undefined) return this.#known.size - known
    this.#known.set(stamp, this.#known.size)
    this.#write(stamp)
    return 0
  }

  #write(stamp: Stamp): void {
    const ms = msOf(stamp)
    const counter = counterOf(stamp)
    this.#numbers.int(ms - this.#ms)
    this.#numbers.int(ms === this.#ms ? counter - this.#counter : counter)
    this.#numbers.uint(this.#replica(replicaOf(stamp)))
    this.#ms = ms
    this.#counter = counter
  }

  #replica(replica: Replica): number {
    const place = this.#replicas.get(replica) ?? this.#replicas.size
    this.#replicas.set(replica, place)
    return place
  }

  /** The stamps that were named. */
  finish(): StampColumn {
    return { replicas: [...this.#replicas.keys()], stamps: this.#numbers.finish() }
  }
}

/** Reads stamps by the numbers that `StampWriter` gave; throws `ProtocolError` at anything else. */
export class StampReader {
  readonly #replicas: readonly Replica[]
  readonly #numbers: NumberReader
  readonly #stamps: Stamp[] = []
  #ms = 0
  #counter = 0

  constructor(replicas: unknown, stamps: unknown) {
    this.#replicas = Array.isArray(replicas) && replicas.every(isReplica) ? replicas : bad()
    this.#numbers = new NumberReader(stamps)
  }

  /** Reads the stamp that a number names. */
  at(mark: number): Stamp {
    return mark === 0 ? this.#next() : (this.#stamps[this.#stamps.length - mark] ?? bad())
  }

  #next(): Stamp {
    const later = this.#numbers.int()
    const counter = this.#numbers.int()
    this.#ms += later
    this.#counter = later === 0 ? this.#counter + counter : counter
    const replica = this.#replicas[this.#numbers.uint()] ?? bad()
    const stamp = stampOf({ ms: this.#ms, counter: this.#counter, replica })
    this.#stamps.push(stamp)
    return stamp
  }

  /** Throws unless all was read. */
  end(): void {
    this.#numbers.end()
  }
}

function stampOf(parts: StampParts): Stamp {
  try {
    return formatStamp(parts)
  } catch {
    return bad()
  }
}

function bad(): never {
  throw new ProtocolError('BAD_STAMP', 'the stamps of a page cannot be read')
}
