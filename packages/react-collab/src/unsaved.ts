import type { Row, RowKey } from '@react-collab/core'
import type { Edit } from './edit.js'
import type { BatchImages } from './image.js'
import type { Write } from './store/store.js'

/** Events of one outbox row; more are split, so that a row is cheap to write again. */
const ROW_EVENTS = 500

/** Edits that go to the disk together: an outbox row, or rows that stay on this device. */
export interface UnsavedPart {
  readonly edits: readonly Edit[]
  readonly locals?: Write['locals']
  /** What the edits make, where they were made together. */
  readonly batch?: BatchImages
}

/** Edits of one object that are shown and not yet on the disk. */
export class Unsaved {
  /** Made before the tab had a writer: they have no number yet. */
  #drafts: Edit[] = []
  #waiting: Edit[] = []
  /** Batches, by the first edit of each. */
  readonly #batches = new WeakMap<Edit, BatchImages>()
  /** Handed to the writer, whose transaction is not complete yet. */
  #writing: readonly Edit[] = []
  #locals = new Map<RowKey, Row>()
  #localEdits: Edit[] = []

  get all(): readonly Edit[] {
    return [...this.#drafts, ...this.#writing, ...this.#waiting, ...this.#localEdits]
  }

  get isEmpty(): boolean {
    const { length } = this.#drafts
    return length + this.#writing.length + this.#waiting.length + this.#localEdits.length === 0
  }

  /** Those that have a number, and are not on the disk for all this tab knows. */
  get numbered(): readonly Edit[] {
    const all = [...this.#writing, ...this.#waiting]
    return all.filter(({ event, stage }) => event !== undefined && stage === 'saving')
  }

  draft(edit: Edit): void {
    this.#drafts.push(edit)
  }

  add(edit: Edit): void {
    this.#waiting.push(edit)
  }

  /** Takes edits that were made together. */
  addBatch(edits: readonly Edit[], batch: BatchImages | undefined): void {
    const [first] = edits
    if (first !== undefined && batch !== undefined) this.#batches.set(first, batch)
    this.#waiting = this.#waiting.concat(edits)
  }

  addLocal(edit: Edit, key: RowKey, row: Row): void {
    this.#locals.set(key, row)
    this.#localEdits.push(edit)
  }

  takeDrafts(): Edit[] {
    return this.#drafts.splice(0)
  }

  takeLocals(): Edit[] {
    this.#locals.clear()
    return this.#localEdits.splice(0)
  }

  takeWaiting(): Edit[] {
    return this.#waiting.splice(0)
  }

  /** Hands over all that has a writer, in parts of a bounded size. */
  take(): UnsavedPart[] {
    const edits = this.takeWaiting()
    const locals = [...this.#locals]
    const localEdits = this.takeLocals()
    this.#writing = [...edits, ...localEdits]
    const parts = this.#partsOf(edits)
    if (locals.length > 0) parts.push({ edits: localEdits, locals })
    return parts
  }

  #partsOf(edits: readonly Edit[]): UnsavedPart[] {
    const parts: UnsavedPart[] = []
    let row: Edit[] = []
    for (let i = 0; i < edits.length; ) {
      const edit = edits[i] as Edit
      const batch = this.#batches.get(edit)
      const end = i + (batch?.images.length ?? 1)
      if (batch !== undefined) {
        parts.push({ edits: edits.slice(i, end), batch })
        row = []
      } else {
        if (row.length === 0 || row.length === ROW_EVENTS) parts.push({ edits: (row = []) })
        row.push(edit)
      }
      i = end
    }
    return parts
  }

  /** The writer is done with what it took. */
  written(): void {
    this.#writing = []
  }
}
