import type { Row, RowKey } from '@react-collab/core'
import type { Edit } from './edit.js'
import type { Write } from './store/store.js'

/** Events of one outbox row; more are split, so that a row is cheap to write again. */
const ROW_EVENTS = 500

/** Edits that go to the disk together: an outbox row, or rows that stay on this device. */
export interface UnsavedPart {
  readonly edits: readonly Edit[]
  readonly locals?: Write['locals']
}

/** Edits of one object that are shown and not yet on the disk. */
export class Unsaved {
  /** Made before the tab had a writer: they have no number yet. */
  #drafts: Edit[] = []
  #waiting: Edit[] = []
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
    const parts: UnsavedPart[] = []
    for (let i = 0; i < edits.length; i += ROW_EVENTS) {
      parts.push({ edits: edits.length <= ROW_EVENTS ? edits : edits.slice(i, i + ROW_EVENTS) })
    }
    if (locals.length > 0) parts.push({ edits: localEdits, locals })
    return parts
  }

  /** The writer is done with what it took. */
  written(): void {
    this.#writing = []
  }
}
