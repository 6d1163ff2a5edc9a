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
  /** Of a batch that is not whole yet: it goes to the disk when it is. */
  #made: Edit[] = []
  /** Rows of it that are not edits yet. */
  planned = 0
  /** Handed to the writer, whose transaction is not complete yet. */
  #writing: readonly Edit[] = []
  #locals = new Map<RowKey, Row>()
  #localEdits: Edit[] = []

  get all(): readonly Edit[] {
    const edits = [...this.#writing, ...this.#waiting, ...this.#made]
    return [...this.#drafts, ...edits, ...this.#localEdits]
  }

  /** How many there are, with those that are being made. */
  get size(): number {
    return this.all.length + this.planned
  }

  get isEmpty(): boolean {
    const waiting = this.#drafts.length + this.#waiting.length + this.#localEdits.length
    return waiting + this.#writing.length + this.#made.length + this.planned === 0
  }

  /** Those that have a number, and are not on the disk for all this tab knows. */
  get numbered(): readonly Edit[] {
    const all = [...this.#writing, ...this.#waiting, ...this.#made]
    return all.filter(({ event, stage }) => event !== undefined && stage === 'saving')
  }

  draft(edit: Edit): void {
    this.#drafts.push(edit)
  }

  add(edit: Edit): void {
    this.#waiting.push(edit)
  }

  /** Takes edits of a batch, of which more will come. */
  addMade(edits: readonly Edit[]): void {
    for (const edit of edits) this.#made.push(edit)
    this.planned = Math.max(0, this.planned - edits.length)
  }

  /** The batch is whole: gives it to the writer. */
  addBatch(batch: BatchImages | undefined): void {
    const [first] = this.#made
    if (first !== undefined && batch !== undefined) this.#batches.set(first, batch)
    this.#waiting = this.#waiting.concat(this.#made)
    this.#made = []
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

  /** Takes back what the writer has not got, also of a batch that is not whole yet. */
  takeBack(): Edit[] {
    const made = this.#made
    this.#made = []
    return [...this.#waiting.splice(0), ...made]
  }

  /** Hands over all that has a writer, in parts of a bounded size. */
  take(): UnsavedPart[] {
    const edits = this.#waiting.splice(0)
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
      const end = i + (batch?.count ?? 1)
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
