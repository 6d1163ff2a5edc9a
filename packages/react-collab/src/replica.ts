import {
  applyToRow,
  type Clock,
  createClock,
  type Cursor,
  emptyRow,
  type Event,
  type EventMeta,
  eventReplica,
  limits,
  type ObjectId,
  type ObjectState,
  type Patch,
  type Replica as ReplicaId,
  type Row,
  type RowKey,
  type Stamp,
  type StorageError,
  UsageError,
} from '@react-collab/core'
import { Edit } from './edit.js'
import { createRowListeners, type RowListeners } from './listeners.js'
import type { Platform } from './platform.js'
import type { Counter, JournalBatch, Loaded, StoredRow, Write } from './store/store.js'
import { Visible } from './visible.js'

/** Events of one outbox row; more are split, so that a row is cheap to write again. */
const ROW_EVENTS = 500

/** Whom a replica tells: the tab's writer, and who else listens. */
export interface ReplicaHost {
  readonly platform: Platform
  /** Wall clock, corrected by the server's at the last connect. */
  now(): number
  readonly meta: EventMeta | undefined
  /** An edit waits for the disk. */
  unsaved(replica: Replica): void
}

/** The writer that this tab leased, and how far it has come in the object. */
export interface Seat {
  readonly slot: number
  readonly replica: ReplicaId
  readonly counter: Counter
}

/**
 * One object in one tab: takes edits, receives entries, shows both.
 *
 * Until the disk has been read and a writer leased, edits are shown from memory and wait without a
 * number [REP2]; then they are numbered in their order. There is one way in for entries, whether
 * live, from catch-up, from another tab, or the echo of one's own.
 */
export class Replica {
  readonly object: ObjectId
  readonly visible: Visible
  readonly listeners: RowListeners
  /** How far memory is; the disk may be a transaction behind. */
  cursor: Cursor | undefined
  ready = false
  readonly #host: ReplicaHost
  #clock: Clock
  #seat: Seat | undefined
  #n = 0
  #drafts: Edit[] = []
  #unsaved: Edit[] = []
  /** Handed to the writer, whose transaction is not complete yet. */
  #writing: readonly Edit[] = []
  #unsavedLocals = new Map<RowKey, Row>()
  #localEdits: Edit[] = []
  #abandoned: StorageError | undefined

  constructor(object: ObjectId, host: ReplicaHost) {
    this.object = object
    this.#host = host
    this.listeners = createRowListeners(host.platform.report)
    this.visible = new Visible((key) => this.listeners.mark(key))
    // Drafts are shown under a stamp of no replica; it never leaves this tab.
    this.#clock = createClock('zzzzzzzz' as ReplicaId, () => host.now())
  }

  /** Begins from the disk; drafts get their numbers. */
  start(loaded: Loaded, seat: Seat): void {
    this.#seat = seat
    this.#n = seat.counter.n
    this.#clock = createClock(seat.replica, () => this.#host.now(), seat.counter.stamp)
    this.cursor = loaded.cursor
    this.#see(loaded.state)
    const drafts = this.#drafts
    this.#drafts = []
    this.visible.replace(loaded.state, this.#editsOf(loaded.pending))
    this.visible.setLocals(loaded.locals)
    this.ready = true
    this.#abandoned = undefined
    for (const draft of drafts) this.#number(draft)
    if (this.hasUnsaved) this.#host.unsaved(this)
    this.listeners.flush()
  }

  /** Lets the clock see a state: its greatest stamp, as taking all apart would take longer. */
  #see({ rows }: ObjectState): void {
    let greatest: Stamp | undefined
    for (const { stamps } of rows.values()) {
      for (const stamp of Object.values(stamps)) {
        if (greatest === undefined || stamp > greatest) greatest = stamp
      }
    }
    if (greatest !== undefined) this.#clock.see(greatest)
  }

  #editsOf(rows: readonly StoredRow[]): Edit[] {
    const edits: Edit[] = []
    for (const { key, events, at } of rows) {
      for (const event of events) {
        this.#clock.see(event[1])
        const known = this.visible.pending.get(event[1])
        if (known !== undefined) known.saved(key)
        if (!this.#confirmed(event)) edits.push(known ?? new Edit(event[2], at, event, key))
      }
    }
    return edits
  }

  #confirmed(event: Event): boolean {
    return event[0] <= (this.visible.confirmed.vv.get(eventReplica(event)) ?? 0)
  }

  /** Makes an edit: shown at once, on its way to the disk when this returns. */
  edit(patches: readonly Patch[]): Edit {
    if (patches.length > limits.patches) {
      throw new UsageError('BATCH_TOO_LARGE', `an edit has at most ${limits.patches} changes`)
    }
    const edit = new Edit(patches, this.#host.platform.now())
    if (this.ready) {
      this.#number(edit)
      this.#host.unsaved(this)
    } else {
      edit.event = [0, this.#clock.tick(), patches]
      this.visible.add(edit, edit.event[1])
      this.#drafts.push(edit)
    }
    if (this.#abandoned !== undefined) this.abandon(this.#abandoned)
    this.listeners.flush()
    return edit
  }

  #number(edit: Edit): void {
    const { meta } = this.#host
    const stamp = this.#clock.tick()
    const n = ++this.#n
    edit.event = meta === undefined ? [n, stamp, edit.patches] : [n, stamp, edit.patches, meta]
    this.visible.add(edit, stamp)
    this.#unsaved.push(edit)
  }

  /** Writes a row of a local collection: it stays on this device. */
  editLocal(key: RowKey, patches: readonly Patch[]): Edit {
    const edit = new Edit(patches, this.#host.platform.now())
    const stamp = this.#clock.tick()
    const before = this.visible.row(key) ?? emptyRow
    const row = applyToRow(before, patches, stamp)
    this.visible.setLocals([[key, row]])
    this.#unsavedLocals.set(key, row)
    this.#localEdits.push(edit)
    this.#host.unsaved(this)
    if (this.#abandoned !== undefined) this.abandon(this.#abandoned)
    this.listeners.flush()
    return edit
  }

  get hasUnsaved(): boolean {
    const { length } = this.#drafts
    return length + this.#writing.length + this.#unsaved.length + this.#localEdits.length > 0
  }

  /** Edits that are shown but not yet on the disk. */
  get unsaved(): readonly Edit[] {
    return [...this.#drafts, ...this.#writing, ...this.#unsaved, ...this.#localEdits]
  }

  /** The writer is done with what it took. */
  written(): void {
    this.#writing = []
  }

  /** Hands over what waits for the disk, in rows of a bounded size. */
  takeUnsaved(): { readonly write: Write; readonly edits: readonly Edit[] }[] {
    const seat = this.#seat
    if (seat === undefined) return []
    const edits = this.#unsaved
    const locals = [...this.#unsavedLocals]
    const localEdits = this.#localEdits
    this.#writing = [...edits, ...localEdits]
    this.#unsaved = []
    this.#localEdits = []
    this.#unsavedLocals = new Map()
    const base = { object: this.object, slot: seat.slot }
    const taken: { write: Write; edits: readonly Edit[] }[] = []
    for (let i = 0; i < edits.length; i += ROW_EVENTS) {
      const part = edits.length <= ROW_EVENTS ? edits : edits.slice(i, i + ROW_EVENTS)
      const events = part.map((edit) => edit.event as Event)
      const [n, stamp] = events.at(-1) as Event
      const row = { object: this.object, events, at: part[0]?.at ?? 0 }
      taken.push({ write: { ...base, counter: { n, stamp }, row }, edits: part })
    }
    if (locals.length > 0) {
      const counter = { n: this.#n, stamp: this.#clock.tick() }
      taken.push({ write: { ...base, counter, locals }, edits: localEdits })
    }
    return taken
  }

  /** Takes back edits that the disk did not take, and all that this tab made after them (R14). */
  unsave(edits: readonly Edit[], error: StorageError): void {
    const all = [...edits, ...this.#unsaved]
    const first = all.find((edit) => edit.event !== undefined)
    if (first?.event !== undefined) this.#n = first.event[0] - 1
    this.#unsaved = []
    this.visible.withdraw(all)
    for (const edit of all) edit.failed(error)
    this.listeners.flush()
  }

  /** Fails what never got a number, and will get none: the disk could not even be read. */
  abandon(error: StorageError): void {
    const drafts = [...this.#drafts, ...this.#localEdits]
    this.#abandoned = error
    this.#drafts = []
    this.#localEdits = []
    this.visible.withdraw(drafts)
    for (const draft of drafts) draft.failed(error)
    this.listeners.flush()
  }

  /** Learns of outbox rows, this tab's own or another's; gives back the edits that are new. */
  addRows(rows: readonly StoredRow[]): Edit[] {
    const fresh: Edit[] = []
    for (const edit of this.#editsOf(rows)) {
      const event = edit.event as Event
      if (this.visible.has(event)) continue
      this.visible.add(edit, event[1])
      fresh.push(edit)
    }
    this.listeners.flush()
    return fresh
  }

  /**
   * Receives entries that follow the cursor; gives back the pending edits that they confirm.
   *
   * Entries seen before are passed over; undefined when some are missing in between.
   */
  receive(batch: JournalBatch): Edit[] | undefined {
    const next = (this.cursor?.seq ?? 0) + 1
    if (batch.seq > next) return undefined
    const settled: Edit[] = []
    let greatest: Stamp | undefined
    for (let i = next - batch.seq; i < batch.events.length; i++) {
      const event = batch.events[i] as Event
      if (greatest === undefined || event[1] > greatest) greatest = event[1]
      for (const edit of this.visible.confirm(event)) {
        edit.logged(batch.seq + i)
        settled.push(edit)
      }
    }
    if (greatest !== undefined) this.#clock.see(greatest)
    const seq = batch.seq + batch.events.length - 1
    if (seq >= next) this.cursor = { term: batch.term, seq }
    this.listeners.flush()
    return settled
  }

  /** Takes back edits that were refused. */
  refuse(edits: readonly Edit[]): void {
    this.visible.withdraw(edits)
    this.listeners.flush()
  }

  /** Takes the outbox as it now is on disk after a re-stamping, and lets the clock fall back. */
  restamped(rows: readonly StoredRow[]): void {
    const known = new Map<string, Edit>()
    for (const edit of this.visible.pending.values()) known.set(nameOf(edit.event as Event), edit)
    const edits: Edit[] = []
    for (const { key, events, at } of rows) {
      for (const event of events) {
        if (this.#confirmed(event)) continue
        const edit = known.get(nameOf(event)) ?? new Edit(event[2], at, event, key)
        known.delete(nameOf(event))
        edit.event = event
        edits.push(edit)
      }
    }
    this.#clock.rewind(
      edits
        .map((edit) => (edit.event as Event)[1])
        .sort()
        .at(-1),
    )
    this.#see(this.visible.confirmed)
    // Own edits that have not reached the disk yet go there with their old stamp, and come back.
    const unsaved = this.#own().filter((edit) => known.has(nameOf(edit.event as Event)))
    this.visible.replace(this.visible.confirmed, [...edits, ...unsaved])
    this.listeners.flush()
  }

  /** Own edits that have a number and are, for all that is known, not on disk yet. */
  #own(): Edit[] {
    return [...this.#writing, ...this.#unsaved].filter(
      ({ stage, event }) => stage === 'saving' && event !== undefined,
    )
  }

  /** Replaces the confirmed state, as after a RESET, or when this tab has missed too much. */
  replace(state: ObjectState, cursor: Cursor | undefined, rows: readonly StoredRow[]): void {
    this.cursor = cursor
    const shown = [...this.visible.pending.values()]
    const logged = shown.filter((edit) => edit.event !== undefined && inState(state, edit.event))
    this.visible.replace(state, [])
    const stored = reuse(this.#editsOf(rows), shown)
    const known = new Set([...stored, ...logged])
    const unsaved = this.#own().filter((edit) => !known.has(edit))
    this.visible.replace(state, [...stored, ...unsaved])
    for (const edit of logged) edit.logged(cursor?.seq ?? 0)
    this.listeners.flush()
  }
}

const nameOf = (event: Event): string => `${eventReplica(event)}${event[0]}`

const inState = (state: ObjectState, event: Event): boolean =>
  event[0] <= (state.vv.get(eventReplica(event)) ?? 0)

/** Keeps the edits whose promises somebody may hold. */
function reuse(stored: readonly Edit[], shown: readonly Edit[]): Edit[] {
  const byStamp = new Map(shown.map((edit) => [edit.event?.[1], edit]))
  return stored.map((edit) => byStamp.get(edit.event?.[1]) ?? edit)
}
