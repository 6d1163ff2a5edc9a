import {
  createObjectState,
  type Cursor,
  createReplica,
  type Event,
  eventReplica,
  type ObjectId,
  type ObjectState,
  originOf,
  type Patch,
  renameEvent,
  Renaming,
  type Replica as ReplicaId,
  type Row,
  type RowKey,
  type Stamp,
  type StorageError,
} from '@react-collab/core'
import { type KeptDerived } from './derived/derivations.js'
import { pendingKeys } from './derived/keeper.js'
import { Edit } from './edit.js'
import { isBranch } from './branch-id.js'
import { type LeftOnDisk, refuseRemoved } from './removed-edits.js'
import { createListeners, type Listeners, type RowListeners } from './listeners.js'
import { Pen, type Seat } from './pen.js'
import { Ownership } from './ownership.js'
import type { Platform } from './platform.js'
import { isLogged } from './recognition.js'
import type { Recorder } from './recorder.js'
import type { Counter, JournalBatch, Loaded, StoredRow, Write } from './store/store.js'
import type { ReplicaHost, WritePart } from './replica-host.js'
import { Unsaved, type UnsavedPart } from './unsaved.js'
import { nameOf, type Visible } from './visible.js'
import { Showing } from './showing.js'
import { Editing } from './editing.js'
import { HeldRows } from './windows/held-rows.js'
import { ObjectWindows } from './windows/object-windows.js'

/**
 * One object in one tab: takes edits, receives entries, shows both.
 *
 * Until the disk has been read and a writer leased, edits are shown from memory and wait without a
 * number [REP2]; then they are numbered in their order. There is one way in for entries, whether
 * live, from catch-up, from another tab, or the echo of one's own.
 */
export class Replica {
  readonly object: ObjectId
  readonly unsaved: Unsaved = new Unsaved()
  /** Called when more is known on disk of what others have overwritten. */
  readonly overwritten: Listeners
  /** Called when the object was removed for everyone. */
  readonly removed: Listeners
  readonly ownership: Ownership
  /** The rows of windowed collections that are in memory. */
  readonly held: HeldRows
  readonly windows: ObjectWindows
  readonly showing: Showing
  readonly editing: Editing
  /** Hears of each edit that is made here, so that it can be taken back. */
  recorder: Recorder | undefined
  /** Hears of edits that have come to lie in the outbox; set by who sends them. */
  queued: (edits: readonly Edit[]) => void = () => undefined
  /** How far memory is; the disk may be a transaction behind. */
  cursor: Cursor | undefined
  ready = false
  readonly #host: ReplicaHost
  readonly #pen: Pen
  /** Names of refused events: a hint of their rows that comes late does not bring them back. */
  readonly #refused = new Set<string>()
  /** Of the last move of the outbox that this tab knows of. */
  #movedEpoch = 0
  #abandoned: StorageError | undefined
  #roused: (() => void) | undefined

  constructor(object: ObjectId, host: ReplicaHost) {
    this.object = object
    this.#host = host
    const { report } = host.platform
    this.overwritten = createListeners(report)
    this.removed = createListeners(report)
    this.ownership = host.ownership ?? new Ownership()
    this.held = new HeldRows(host.windowing)
    this.held.voided = (event) => void host.store?.().then((store) => store.voidEvent(event))
    this.showing = new Showing(this, host)
    this.#pen = new Pen(() => host.now(), host.meta)
    this.editing = new Editing(this, this.#pen, host)
    this.windows = new ObjectWindows({
      object,
      platform: host.platform,
      held: this.held,
      store: host.store,
      isReady: () => this.ready,
      unsaved: () => this.unsaved.all,
      listeners: this.showing.listeners,
      see: (stamp) => this.#pen.see(stamp),
      visible: this.showing.visible,
    })
  }

  /** A row for who shows it: undefined also where it is hidden. */
  shown(key: RowKey): Row | undefined {
    this.rouse()
    return this.showing.row(key)
  }

  /** What is shown; whoever looks rouses a replica that rests. */
  get visible(): Visible {
    this.rouse()
    return this.showing.visible
  }

  /** Who hears of rows; whoever begins to rouses a replica that rests. */
  get listeners(): RowListeners {
    this.rouse()
    return this.showing.listeners
  }

  /** Nobody keeps it up to date any more: its next use calls `roused`, once; undefined ends that. */
  rest(roused: (() => void) | undefined): void {
    this.#roused = roused
  }

  /** Ends a rest, if there is one. */
  rouse(): void {
    const roused = this.#roused
    this.#roused = undefined
    roused?.()
  }

  /** Begins from the disk; drafts get their numbers. */
  start(loaded: Loaded, seat: Seat, kept?: KeptDerived): void {
    this.#pen.take(seat)
    this.#movedEpoch = seat.counter.epoch ?? 0
    this.cursor = loaded.cursor
    if (loaded.greatest !== undefined) this.#pen.see(loaded.greatest)
    if (this.held.windowing.size > 0) this.held.see(loaded.greatest)
    const drafts = this.unsaved.takeDrafts()
    this.visible.replace(loaded.state, [])
    this.#addRows(loaded.pending)
    this.visible.setLocals(loaded.locals)
    if (kept !== undefined) this.showing.derivations.restore(kept, pendingKeys(this))
    this.ready = true
    this.#abandoned = undefined
    this.#checkNumbers(loaded.state.vv.get(seat.replica))
    for (const draft of drafts) this.editing.number(draft)
    if (!this.unsaved.isEmpty) this.#host.unsaved(this)
    this.windows.start()
    this.listeners.flush()
  }

  #editsOf(rows: readonly StoredRow[], state = this.visible.confirmed): Edit[] {
    const edits: Edit[] = []
    const moved: [Edit, Event][] = []
    for (const { key, events, at } of rows) {
      for (const event of events) {
        this.#pen.see(event[1])
        const known = this.visible.pending.find(event)
        known?.saved(key)
        // The disk may have stamped it anew, and the news is still on its way.
        if (known !== undefined) moved.push([known, event])
        if (!isLogged(state, event)) edits.push(known ?? new Edit(event[2], at, event, key))
      }
    }
    this.visible.stampAnew(moved)
    return edits
  }

  get platform(): Platform {
    return this.#host.platform
  }

  /** Makes an edit: shown at once, on its way to the disk when this returns. */
  edit(patches: readonly Patch[]): Edit {
    return this.editing.edit(patches)
  }

  /** The slot of its writer; only once it has started. */
  get slot(): number {
    return this.#pen.slot
  }

  /** Who writes from here; undefined until the disk was read. */
  get writer(): ReplicaId | undefined {
    return this.#pen.isSeated ? this.#pen.typist.replica : undefined
  }

  /** Hands over what waits for the disk, in rows of a bounded size. */
  takeUnsaved(): WritePart[] {
    if (!this.#pen.isSeated) return []
    return this.unsaved
      .take()
      .map((part) => ({ edits: part.edits, write: () => this.#writeOf(part) }))
  }

  #writeOf({ edits, locals, batch }: UnsavedPart): Write {
    const { object, slot } = this
    if (locals !== undefined) return { object, slot, counter: this.#pen.counterAt(), locals }
    const events = edits.map((edit) => edit.event as Event)
    const row = { object, events, at: edits[0]?.at ?? 0 }
    const write = { object, slot, counter: this.#pen.counterAt(events.at(-1)), row }
    return batch === undefined ? write : { ...write, batch }
  }

  /**
   * Gives new stamps to what has not reached the disk, from where the counter now is there: the
   * outbox was stamped anew, and the clock with it.
   */
  renew(counter: Counter): void {
    if (!this.#pen.renew(counter, this.visible.confirmed)) return
    if (this.held.greatest !== undefined) this.#pen.see(this.held.greatest)
    const edits = this.unsaved.numbered
    const events = this.#pen.again(edits.map(eventOf))
    this.visible.stampAnew(edits.map((edit, i) => [edit, events[i] as Event]))
    this.listeners.flush()
  }

  /** Takes back edits that the disk did not take, and all that this tab made after them (R14). */
  unsave(edits: readonly Edit[], error: StorageError): void {
    const all = [...edits, ...this.unsaved.takeBack()]
    const first = all.find((edit) => edit.event !== undefined)
    if (first?.event !== undefined) this.#pen.back(first.event[0])
    this.visible.withdraw(all)
    for (const edit of all) edit.failed(error)
    this.listeners.flush()
  }

  /** Fails what was just made, where nothing can be kept. */
  abandonAgain(): void {
    if (this.#abandoned !== undefined) this.abandon(this.#abandoned)
  }

  /** Fails what never got a number, and will get none: the disk could not even be read. */
  abandon(error: StorageError): void {
    const drafts = [...this.unsaved.takeDrafts(), ...this.unsaved.takeLocals()]
    this.#abandoned = error
    this.visible.withdraw(drafts)
    for (const draft of drafts) draft.failed(error)
    this.listeners.flush()
  }

  /**
   * The pending edits that are on disk, for all this tab knows. Take it before the outbox is read:
   * what was here before and is not in what was read has left the outbox; what is here since then
   * may be newer than the reading.
   */
  get stored(): ReadonlySet<Edit> {
    return new Set([...this.visible.pending].filter((edit) => edit.key !== undefined))
  }

  /** Hears that own edits are in the outbox. */
  saved(edits: readonly Edit[]): void {
    const { pending } = this.visible
    this.queued(edits.filter((edit) => pending.has(edit)))
  }

  /** Learns of the whole outbox as it was read; gives back edits of `before` that have left it. */
  adopt(rows: readonly StoredRow[], before: ReadonlySet<Edit>): Edit[] {
    this.addRows(rows)
    const found = new Set(rows.flatMap((row) => row.events.map(nameOf)))
    return [...this.visible.pending].filter(
      (edit) => before.has(edit) && !found.has(nameOf(edit.event as Event)),
    )
  }

  /** Takes note of the stamps of rows that may be ahead of what is known here. */
  seeAll(rows: Iterable<readonly [RowKey, Row]>): void {
    this.#pen.seeAll(rows)
  }

  /** Makes a stamp that is later than all that this tab knows of the object. */
  tick(): Stamp {
    return this.#pen.tick()
  }

  /** Learns of outbox rows, this tab's own or another's. */
  addRows(rows: readonly StoredRow[]): void {
    this.#addRows(rows)
    this.listeners.flush()
  }

  #addRows(rows: readonly StoredRow[]): void {
    const fresh: Edit[] = []
    for (const edit of this.#editsOf(rows)) {
      const event = edit.event as Event
      if (this.visible.pending.has(edit) || this.#refused.has(nameOf(event))) continue
      this.visible.add(edit, event)
      fresh.push(edit)
    }
    if (fresh.length === 0) return
    const isWindowed = ({ patches }: Edit): boolean =>
      patches.some(([, key]) => this.held.isWindowed(key))
    if (fresh.some(isWindowed)) this.windows.lookAgain()
    this.queued(fresh)
  }

  /**
   * Receives entries that follow the cursor; gives back the pending edits that they confirm.
   *
   * Entries seen before are passed over; undefined when some are missing in between.
   */
  receive(batch: JournalBatch): Edit[] | undefined {
    const next = (this.cursor?.seq ?? 0) + 1
    if (batch.seq > next) return undefined
    if (batch.events.length > 0) this.visible.beginEarly(undefined)
    const settled: Edit[] = []
    let greatest: Stamp | undefined
    for (let i = next - batch.seq; i < batch.events.length; i++) {
      const event = batch.events[i] as Event
      if (eventReplica(event) === this.writer) this.#checkNumbers(event[0])
      if (greatest === undefined || event[1] > greatest) greatest = event[1]
      for (const edit of this.visible.confirm(event)) {
        edit.logged(batch.seq + i)
        settled.push(edit)
      }
    }
    this.visible.mend()
    if (greatest !== undefined) this.#pen.see(greatest)
    const seq = batch.seq + batch.events.length - 1
    if (seq >= next) this.cursor = { term: batch.term, seq }
    this.listeners.flush()
    return settled
  }

  /**
   * Another copy of this disk writes with the same replica: this one goes on as another at once, before
   * it gives a number, or names an element, that is the other's (R9).
   */
  #checkNumbers(logged = 0): void {
    if (isBranch(this.object) || logged <= this.#pen.last) return
    this.rename(createReplica(this.platform.random))
    this.#host.copied?.(this.object, logged)
  }

  /** Writes as another replica from now on. */
  rename(replica: ReplicaId): void {
    if (!this.#pen.isSeated || replica === this.writer) return
    this.editing.finish()
    this.#pen.rename(replica)
  }

  /**
   * Takes the outbox as it is on disk where edits have other names by now, or have gone into the log
   * under others; `before` as in `restamped`. Gives back what is no more there.
   */
  moved(rows: readonly StoredRow[], before: ReadonlySet<Edit>, counter: Counter): Edit[] {
    const known = new Map(
      [...this.visible.pending].map((edit) => [firstName(edit.event as Event), edit]),
    )
    const edits = rows.flatMap(({ key, at, events }) =>
      events
        .filter((event) => !isLogged(this.visible.confirmed, event))
        .map((event) => {
          this.#pen.see(event[1])
          const edit = known.get(firstName(event)) ?? new Edit(event[2], at, event)
          edit.event = event
          edit.patches = event[2]
          edit.saved(key)
          return edit
        }),
    )
    const kept = new Set(edits)
    const left = [...before].filter((edit) => !kept.has(edit) && this.visible.pending.has(edit))
    const newer = [...this.visible.pending].filter((edit) => !kept.has(edit) && !before.has(edit))
    this.#renameTexts(newer, counter)
    this.visible.replace(this.visible.confirmed, [...edits, ...newer])
    this.queued(edits)
    this.listeners.flush()
    return left
  }

  /** Edits that were made while others got other names say where texts are now. */
  #renameTexts(edits: readonly Edit[], { epoch = 0, moves = [] }: Counter): void {
    const fresh = moves.filter((move) => move.epoch > this.#movedEpoch)
    this.#movedEpoch = epoch
    for (const { names } of fresh) {
      const renaming = new Renaming(names)
      for (const edit of edits) {
        const event = eventOf(edit)
        edit.event = renameEvent(event, eventReplica(event), renaming)
        edit.patches = edit.event[2]
      }
    }
  }

  /** Takes back edits that were refused; `events` may be of some that it does not know yet. */
  refuse(edits: readonly Edit[], events: readonly Event[] = edits.map(eventOf)): void {
    for (const event of events) this.#refused.add(nameOf(event))
    if (edits.length > 0) this.visible.withdraw(edits)
    this.listeners.flush()
  }

  /**
   * Takes the outbox as it is on disk after a re-stamping, and lets the clock fall back. `before`
   * are the edits that were stored when it was read; the counter was read before it.
   */
  restamped(rows: readonly StoredRow[], before: ReadonlySet<Edit>, counter: Counter): void {
    this.moved(rows, before, counter)
    this.renew(counter)
    // The counter of one tab knows nothing of what others have written.
    for (const { events } of rows) for (const [, stamp] of events) this.#pen.see(stamp)
    this.listeners.flush()
  }

  /**
   * The object was removed for everyone: what the disk has parked for it went with it, also what is not
   * known here to be stored, and edits of `before` that are not `left` in rows.
   */
  remove(left: LeftOnDisk, before: ReadonlySet<Edit>): void {
    const { object, visible } = this
    const gone = refuseRemoved(object, visible.pending, left, before)
    this.refuse(gone)
    this.replace(createObjectState(), undefined, left.rows, before)
    this.windows.lookAgain()
    this.recorder?.clear()
    this.removed.call()
  }

  /** Replaces the confirmed state, as after a RESET, or when this tab has missed too much. */
  replace(
    state: ObjectState,
    cursor: Cursor | undefined,
    rows: readonly StoredRow[],
    before: ReadonlySet<Edit>,
  ): void {
    this.cursor = cursor
    this.#abandoned = undefined
    const shown = [...this.visible.pending]
    const logged = shown.filter((edit) => edit.event !== undefined && isLogged(state, edit.event))
    if (this.writer !== undefined) this.#checkNumbers(state.vv.get(this.writer))
    // What is written from here on is later than all that is shown (REG6).
    if (this.visible.early?.rows !== state.rows) this.#pen.seeAll(state.rows)
    const stored = this.#editsOf(rows, state)
    const known = new Set([...stored, ...logged])
    const newer = shown.filter((edit) => !known.has(edit) && !before.has(edit))
    this.visible.replace(state, [...stored, ...newer])
    // Of a branch nothing is in the log: who pushed an edit knows where it went.
    if (!isBranch(this.object)) for (const edit of logged) edit.logged(cursor?.seq ?? 0)
    this.listeners.flush()
  }
}

/** Names an event by what it was first: that stays whoever sends it. */
function firstName(event: Event): string {
  const { replica, n } = originOf(event, '')
  return `${replica}${n}`
}

const eventOf = (edit: Edit): Event => edit.event as Event
