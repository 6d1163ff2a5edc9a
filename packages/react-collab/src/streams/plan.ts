import {
  cut,
  limits,
  type Patch,
  type RowKey,
  type TextEdit,
  TOMBSTONE,
  UsageError,
  utf8Length,
} from '@react-collab/core'
import type { SharedObject } from '../shared-object.js'
import { SharedText } from '../shared-text.js'
import type { Typing } from '../typing.js'

/** Edits of one text, each standing before all earlier ones. */
interface Splices {
  readonly key: RowKey
  readonly field: string
  readonly edits: readonly TextEdit[]
}

/** Units of texts that one edit may touch; when it is more each splice is one of its own. */
const MOST_UNITS = 1000

/**
 * What one change writes, gathered before any of it is written: a register once, all rows in one
 * edit, and each splice of a text in one.
 */
export class Plan {
  readonly object: SharedObject
  readonly #patches = new Map<string, Patch>()
  readonly #typings: Splices[] = []
  /** Rows of collections that stay on this device. */
  readonly #locals = new Set<RowKey>()
  /** Rows that are taken away and that are put somewhere. */
  readonly #taken = new Set<RowKey>()
  readonly #put = new Set<RowKey>()

  constructor(object: SharedObject) {
    this.object = object
  }

  /** A patch of a register or counter; the last one of a field counts. */
  write(patch: Patch): void {
    this.#patches.set(`${patch[1]} ${patch[2]}`, patch)
  }

  /** Edits of a text, each standing before all earlier ones. */
  type(key: RowKey, field: string, edits: readonly TextEdit[]): void {
    if (edits.length > 0) this.#typings.push({ key, field, edits })
  }

  /** The rows of a key's collection are not sent. */
  keepHere(key: RowKey): void {
    this.#locals.add(key)
  }

  /** A row is no longer where it was; unless it is put elsewhere, it is deleted. */
  take(key: RowKey): void {
    this.#taken.add(key)
  }

  /** A row is put somewhere; `isShown` tells whether it stands somewhere now. */
  put(key: RowKey, isShown: boolean): void {
    if (this.#put.has(key)) throw new UsageError('BAD_ID', `${cut(key)} stands twice`)
    this.#put.add(key)
    if (!isShown) this.write(['=', key, TOMBSTONE, false])
  }

  /** Whether a row stands where nothing takes it away. */
  stays(key: RowKey): boolean {
    return !this.#taken.has(key)
  }

  /** Writes all of it; when it cannot be, nothing was written. */
  commit(): void {
    for (const key of this.#taken) {
      if (!this.#put.has(key)) this.write(['=', key, TOMBSTONE, true])
    }
    const { replica } = this.object
    const all = [...this.#patches.values()]
    const sent = all.filter(([, key]) => !this.#locals.has(key))
    const isShort = this.#isShort(sent)
    if (isShort && this.#typings.length > 0)
      replica.editing.editAll(sent, this.#typings.map(typingOf))
    else if (sent.length > 0) replica.edit(sent)
    for (const key of this.#locals) {
      const own = all.filter((patch) => patch[1] === key)
      if (own.length > 0) replica.editing.editLocal(key, own)
    }
    for (const { key, field, edits } of isShort ? [] : this.#typings) {
      const text = new SharedText(replica, { key, field })
      for (const { index, removed, inserted } of edits) text.splice(index, removed.length, inserted)
    }
  }

  /** Whether all fits into one event, even if each unit that is deleted was typed by another. */
  #isShort(sent: readonly Patch[]): boolean {
    const edits = this.#typings.flatMap((typing) => typing.edits)
    const units = edits.reduce(
      (sum, { removed, inserted }) => sum + removed.length + inserted.length,
      0,
    )
    const isFew = sent.length + this.#typings.length <= limits.patches
    return isFew && units <= MOST_UNITS && utf8Length(JSON.stringify(sent)) <= limits.eventBytes / 2
  }
}

const typingOf = ({ key, field, edits }: Splices): Typing => ({
  key,
  field,
  change: (live, writer) => live.spliceAll(edits, writer),
})
