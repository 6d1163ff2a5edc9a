import {
  cut,
  type Json,
  type JsonObject,
  jsonFromValue,
  limits,
  type ObjectId,
  sameJson,
  UsageError,
  utf8Length,
  type Value,
  valueFromJson,
} from '@react-collab/core'
import type { FieldValues } from '../differences.js'
import { checkObject } from '../argument.js'
import type { Unsubscribe } from '../listeners.js'
import type { SharedObject } from '../shared-object.js'
import type { Presences } from './presences.js'
import { CARET, type Peer, type PeerCaret } from './roster.js'

/**
 * Who has an object open, and what each shows of itself: a name, a selection, where one is.
 *
 * ```ts
 * const presence = presenceOf<{ name: string; row?: string }>(object)
 * presence.set({ name: 'Ada' })
 * presence.subscribe(() => console.log(presence.others()))
 * ```
 * It is for the moment: sent at most every 50 ms, never stored, gone with the tab. Each tab is a peer
 * of its own; tabs of one browser see each other without a network, too.
 */
export class Presence<T extends object = FieldValues> {
  readonly #object: ObjectId
  readonly #all: Presences

  constructor(object: ObjectId, all: Presences) {
    this.#object = object
    this.#all = all
  }

  /** What this tab shows; the same object as long as it shows the same. */
  get(): Readonly<Partial<T>> {
    return this.#all.room(this.#object).state as Readonly<Partial<T>>
  }

  /**
   * Shows these fields, beside those that it shows already; undefined takes one back. Until `leave`
   * the object is held open.
   *
   * Errors  `UsageError` for what is no value; VALUE_TOO_LARGE over 4 KiB, all fields together;
   *         RESERVED_NAME for a field that begins with `$`
   */
  set(patch: Partial<T>): void {
    this.#show(checkedPatch(patch))
  }

  /** Shows nothing any more: for the others this tab is gone. */
  leave(): void {
    this.#all.show(this.#object, undefined)
  }

  /** Everybody else who shows something; the same list as long as nothing changed. */
  others(): readonly Peer<T>[] {
    return this.#all.room(this.#object).roster.peers as readonly Peer<T>[]
  }

  /** Calls `listener` when `get` or `others` give something else. */
  subscribe(listener: () => void): Unsubscribe {
    return this.#all.use(this.#object).listeners.add(listener)
  }

  /**
   * Says something to everybody who has the object open at this moment. It may be lost, and nobody
   * hears it later.
   *
   * Errors  `UsageError` for what is no value; VALUE_TOO_LARGE over 4 KiB
   */
  broadcast(message: Value): void {
    this.#all.say(this.#object, small(jsonFromValue(message)))
  }

  /** Calls `listener` with what others say. */
  onMessage(listener: (message: Value, from: Peer<T>) => void): Unsubscribe {
    checkListener(listener)
    const { messageListeners } = this.#all.use(this.#object)
    const hear = (message: Json, from: Peer): void =>
      listener(valueFromJson(message), from as Peer<T>)
    messageListeners.add(hear)
    return () => void messageListeners.delete(hear)
  }

  /** @internal Shows where the tab's caret is; undefined takes it back. */
  showCaret(caret: Json | undefined): void {
    if (caret === undefined && this.#all.room(this.#object).own === undefined) return
    this.#show({ [CARET]: caret })
  }

  /** @internal Where the tab's caret is, as it was shown. */
  get ownCaret(): Json | undefined {
    return this.#all.room(this.#object).own?.[CARET]
  }

  /** @internal The carets of others; the same list as long as none has moved. */
  get carets(): readonly PeerCaret[] {
    return this.#all.room(this.#object).roster.carets
  }

  /** @internal Calls `listener` when a caret of others has moved. */
  onCarets(listener: () => void): Unsubscribe {
    return this.#all.use(this.#object).caretListeners.add(listener)
  }

  /** @internal Counts who shows something here: when the last one has gone, it is taken back. */
  hold(): () => void {
    return this.#all.hold(this.#object)
  }

  #show(patch: Readonly<Record<string, Json | undefined>>): void {
    const { own } = this.#all.room(this.#object)
    const changed = Object.entries(patch).filter(([field, value]) => !sameJson(own?.[field], value))
    if (own !== undefined && changed.length === 0) return
    const next = Object.fromEntries(
      Object.entries({ ...own, ...patch }).filter(([, value]) => value !== undefined),
    ) as JsonObject
    this.#all.show(this.#object, Object.freeze(small(next)))
  }
}

/** Gives the presence of an object: of this tab, and of the others. */
export function presenceOf<T extends object = FieldValues>(object: SharedObject): Presence<T> {
  checkObject(object)
  return object.presence as unknown as Presence<T>
}

/** Refuses what hears nothing. */
export function checkListener(listener: unknown): void {
  if (typeof listener === 'function') return
  throw new UsageError('BAD_VALUE', `a listener is a function, not ${cut(listener)}`)
}

/** Reads what is to be shown; refuses what is no value. */
export function checkedPatch(patch: unknown): Record<string, Json | undefined> {
  if (typeof patch !== 'object' || patch === null || Array.isArray(patch))
    throw new UsageError(
      'BAD_VALUE',
      `presence is set by fields, as { name: 'Ada' }, not by ${cut(patch)}`,
    )
  const checked: Record<string, Json | undefined> = {}
  for (const [field, value] of Object.entries(patch)) {
    if (field.startsWith('$') || field === '__proto__')
      throw new UsageError('RESERVED_NAME', `${cut(field)} is the system's own`)
    checked[field] = value === undefined ? undefined : jsonFromValue(value)
  }
  return checked
}

function small<T extends Json>(json: T): T {
  if (utf8Length(JSON.stringify(json)) <= limits.presenceBytes) return json
  const message = `presence is for little: it holds ${limits.presenceBytes} bytes`
  throw new UsageError('VALUE_TOO_LARGE', message)
}
