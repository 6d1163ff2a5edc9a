import {
  type Event,
  type ObjectState,
  type Patch,
  ROOT,
  type RowKey,
  isCreated,
} from '@react-collab/core'
import { ofGone, writesGone } from './gone-rows.js'
import { LostElements } from './lost-elements.js'
import { ofRow } from './refusals.js'
import type { Parking, StoredRow } from './store/store.js'

/**
 * Finds the edits in outbox rows that still `wait`, and write into rows that are gone, with those that
 * depend on them: sent, they would make rows of the few fields that happened to be edited.
 */
export function goneEdits(
  rows: readonly StoredRow[],
  state: ObjectState,
  gone: ReadonlySet<RowKey>,
  waits: (event: Event) => boolean,
): Parking[] {
  const lost = new LostEdits(state, gone)
  return rows.flatMap(({ key, events }) => {
    const parked = events.flatMap((event) => {
      const reason = waits(event) ? lost.reasonOf(event) : undefined
      return reason === undefined ? [] : [{ n: event[0], ...reason }]
    })
    return parked.length > 0 ? [{ key, parked }] : []
  })
}

type Reason = typeof ofGone | typeof ofRow

/** Looks at edits in their order. */
class LostEdits {
  readonly #state: ObjectState
  /** Rows that are gone, until an edit makes them anew. */
  readonly #gone: Set<RowKey>
  readonly #kept = new Set<RowKey>([ROOT])
  /** Rows that only edits have made which are lost. */
  readonly #orphaned = new Set<RowKey>()
  readonly #elements = new LostElements()

  constructor(state: ObjectState, gone: ReadonlySet<RowKey>) {
    this.#state = state
    this.#gone = new Set(gone)
  }

  reasonOf(event: Event): Reason | undefined {
    const [, , patches] = event
    const edit = { patches, event }
    const reason = this.#reason(edit)
    if (reason !== undefined) this.#elements.add(edit)
    for (const [, key] of patches) this.#note(key, patches, reason !== undefined)
    return reason
  }

  #reason(edit: { readonly patches: readonly Patch[]; readonly event: Event }): Reason | undefined {
    if (writesGone(edit.patches, (key) => this.#gone.has(key))) return ofGone
    if (edit.patches.some(([, key]) => this.#orphaned.has(key))) return ofRow
    return this.#elements.has(edit) ? ofGone : undefined
  }

  #note(key: RowKey, patches: readonly Patch[], isLost: boolean): void {
    if (!isLost) {
      this.#kept.add(key)
      if (isCreated(key, patches)) this.#gone.delete(key)
    } else if (![this.#state.rows, this.#kept, this.#gone].some((rows) => rows.has(key)))
      this.#orphaned.add(key)
  }
}
