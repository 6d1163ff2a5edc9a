import { compose, merge } from '../change/algebra.js'
import type { Change } from '../change/change.js'
import type { Codec } from '../change/codec.js'
import type { Data } from '../change/data.js'
import { cut, InvariantError, UsageError } from '../errors.js'
import type { Json, JsonObject } from '../json.js'
import type { Journal, Operation, Rebased } from './journal.js'
import { catchUp, createStream, type Stream } from './stream.js'

/**
 * One user of a journal: edits a stream at once, and exchanges operations when it is told to.
 *
 * Nothing here waits: `push` and `pull` may be left out for as long as one likes.
 */
export interface Session<V> {
  readonly stream: Stream<V>
  /** Sends all edits since the last push as one operation, and again all that was not yet seen. */
  push(journal: Journal): void
  /** Takes what is new in the journal, at most `limit` operations; nothing while suspended. */
  pull(journal: Journal, limit?: number): void
  /** Stops receiving until `resume`; edits and `push` go on. */
  suspend(): void
  resume(): void
  /** The operations that were pushed and not yet seen in the journal. */
  pending(): readonly Operation[]
  /** Gives what a restart needs, as JSON. */
  save(codec: Codec): Json
}

/** What a session begins with. */
export interface SessionOptions {
  /** Makes an id that no other operation has. */
  readonly createId: () => string
}

interface State<V> {
  readonly value: V
  readonly version: number
  readonly pending: readonly Operation[]
  /** The pending operations as they follow the version. */
  readonly chain: readonly Change[]
  /** Edits that were not pushed. */
  readonly unsent: Change
}

/** Begins a session on an empty journal's value. */
export const createSession = <V>(value: V, options: SessionOptions): Session<V> =>
  new JournalSession({ value, version: -1, pending: [], chain: [], unsent: null }, options)

/**
 * Goes on where a saved session was; what it had pending is sent again, and stored once.
 *
 * Errors  `UsageError` as of the codec; BAD_VALUE for what is no saved session
 */
export const restoreSession = <V>(json: Json, codec: Codec, options: SessionOptions): Session<V> =>
  new JournalSession(readState<V>(json, codec), options)

class JournalSession<V> implements Session<V> {
  readonly stream: Stream<V>
  readonly #createId: () => string
  /** How far the own stream has been seen. */
  #local: Stream<V>
  #version: number
  #pending: readonly Operation[]
  #chain: readonly Change[]
  #unsent: Change
  #isSuspended = false

  constructor(state: State<V>, { createId }: SessionOptions) {
    this.stream = createStream(state.value)
    this.#local = this.stream
    this.#createId = createId
    this.#version = state.version
    this.#pending = state.pending
    this.#chain = state.chain
    this.#unsent = state.unsent
  }

  push(journal: Journal): void {
    this.#gather()
    if (this.#unsent !== null) {
      const parent = this.#pending.at(-1)?.id ?? null
      const operation = { id: this.#createId(), parent, basis: this.#version, change: this.#unsent }
      this.#pending = [...this.#pending, operation]
      this.#chain = [...this.#chain, this.#unsent]
      this.#unsent = null
    }
    journal.append(this.#pending)
  }

  pull(journal: Journal, limit?: number): void {
    if (this.#isSuspended) return
    for (const operation of journal.since(this.#version + 1, limit)) this.#receive(operation)
  }

  suspend(): void {
    this.#isSuspended = true
  }

  resume(): void {
    this.#isSuspended = false
  }

  pending(): readonly Operation[] {
    return this.#pending
  }

  save(codec: Codec): Json {
    this.#gather()
    return {
      value: codec.encodeData(this.#local.value as Data),
      version: this.#version,
      pending: this.#pending.map(({ id, parent, basis, change }) => [
        id,
        parent,
        basis,
        codec.encodeChange(change),
      ]),
      chain: this.#chain.map(codec.encodeChange),
      unsent: codec.encodeChange(this.#unsent),
    }
  }

  /** Takes note of edits on the own stream. */
  #gather(): void {
    const { change, stream } = catchUp(this.#local)
    this.#unsent = compose(this.#unsent, change)
    this.#local = stream
  }

  #receive({ version, id, change }: Rebased): void {
    if (version !== this.#version + 1) throw new InvariantError(`version ${version} is not next`)
    this.#version = version
    if (id === this.#pending[0]?.id) {
      this.#pending = this.#pending.slice(1)
      this.#chain = this.#chain.slice(1)
    } else this.#receiveForeign(change)
  }

  /** Carries a foreign change past all that is pending and unsent, and these past it. */
  #receiveForeign(change: Change): void {
    this.#gather()
    let foreign = change
    const past = (own: Change): Change => {
      const [ownAfter, foreignAfter] = merge(foreign, own)
      foreign = foreignAfter
      return ownAfter
    }
    this.#chain = this.#chain.map(past)
    this.#unsent = past(this.#unsent)
    this.#local = this.#local.append(foreign)
  }
}

function readState<V>(json: Json, codec: Codec): State<V> {
  const saved = json as JsonObject | null
  const list = (key: string): readonly Json[] => {
    const found = typeof saved === 'object' ? saved?.[key] : undefined
    if (Array.isArray(found)) return found as readonly Json[]
    throw new UsageError('BAD_VALUE', `no saved session: ${cut(key)} is missing`)
  }
  const version = saved?.['version']
  if (typeof version !== 'number') throw new UsageError('BAD_VALUE', 'no saved session')
  return {
    value: codec.decodeData(saved?.['value'] ?? null) as V,
    version,
    pending: list('pending').map((item) => readOperation(item, codec)),
    chain: list('chain').map(codec.decodeChange),
    unsent: codec.decodeChange(saved?.['unsent'] ?? null),
  }
}

function readOperation(json: Json, codec: Codec): Operation {
  const [id, parent, basis, change] = Array.isArray(json) ? (json as readonly Json[]) : []
  const isWhole = typeof id === 'string' && typeof basis === 'number'
  if (!isWhole || (parent !== null && typeof parent !== 'string')) {
    throw new UsageError('BAD_VALUE', `${cut(json)} is no operation`)
  }
  return { id, parent, basis, change: codec.decodeChange(change ?? null) }
}
