import {
  applyToRow,
  type Cursor,
  emptyRow,
  createReplica,
  type Event,
  eventReplica,
  type ObjectId,
  type ObjectSpec,
  type ObjectState,
  originOf,
  type Patch,
  type Replica as ReplicaId,
  type Row,
  type RowKey,
  type Stamp,
  type StorageError,
  UsageError,
} from '@react-collab/core'
import { Derivations, type KeptDerived } from './derived/derivations.js'
import { pendingKeys } from './derived/keeper.js'
import { sourceView } from './derived/source-view.js'
import { Edit, type Written, writtenWith } from './edit.js'
import { isBranch } from './branch-id.js'
import { checkSize, shareOut } from './event-size.js'
import { Lens } from './lens.js'
import { type BatchImages, type Image, patchesOf } from './image.js'
import { createRowListeners, type RowListeners } from './listeners.js'
import { Pen, type Seat } from './pen.js'
import { Ownership } from './ownership.js'
import type { Platform } from './platform.js'
import { isLogged, takeStamps } from './recognition.js'
import type { Recorder } from './recorder.js'
import type { Screen } from './row-reader.js'
import type { Counter, JournalBatch, Loaded, StoredRow, Write } from './store/store.js'
import type { ReplicaHost, WritePart } from './replica-host.js'
import { Unsaved, type UnsavedPart } from './unsaved.js'
import { patchOf, type Typing } from './typing.js'
import { nameOf, Visible } from './visible.js'

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
  /** How rows are read, and marked as they are written, where versions of a schema differ. */
  readonly lens: Lens
  readonly ownership: Ownership
  readonly derivations: Derivations
  /** Hides rows from who shows them. */
  screen: Screen | undefined
  readonly #visible: Visible
  readonly #listeners: RowListeners
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
  #abandoned: StorageError | undefined
  #roused: (() => void) | undefined

  constructor(object: ObjectId, host: ReplicaHost) {
    this.object = object
    this.#host = host
    const { report } = host.platform
    this.#listeners = createRowListeners(report, () => this.derivations.settle())
    const { versions, tooOld } = host
    this.lens = new Lens({ object, versions, report, tooOld })
    this.ownership = host.ownership ?? new Ownership()
    this.#visible = new Visible(this.lens, (key) => this.#changed(key))
    this.derivations = new Derivations({
      object,
      version: versions?.version ?? 1,
      keys: (prefix) => this.#visible.keys(prefix),
      shown: (key) => sourceView(this.#shown(key), key),
      confirmed: (key) => sourceView(this.#confirmed(key), key),
      mark: (key) => this.#listeners.mark(key),
      report,
    })
    this.#pen = new Pen(() => host.now(), host.meta)
  }

  #changed(key: RowKey): void {
    this.#mark(key)
    if (this.screen !== undefined) for (const other of this.screen.changed(key)) this.#mark(other)
  }

  #mark(key: RowKey): void {
    this.#listeners.mark(key)
    this.derivations.mark(key)
  }

  /** Learns what the schema derives from the rows. */
  describe(spec: ObjectSpec): void {
    this.derivations.describe(spec)
    if (!this.derivations.isEmpty) this.#visible.derived = this.derivations
  }

  /** A row for who shows it: undefined also where it is hidden. */
  shown(key: RowKey): Row | undefined {
    this.rouse()
    return this.#shown(key)
  }

  #shown(key: RowKey): Row | undefined {
    return this.screen?.hides(key) === true ? undefined : this.#visible.row(key)
  }

  #confirmed(key: RowKey): Row | undefined {
    const row = this.#visible.confirmed.rows.get(key)
    return row === undefined || this.screen?.hides(key) === true
      ? undefined
      : this.lens.read(row, key)
  }

  /** Another may write what is shown as one's own: all rows that have an owner are shown anew. */
  ownersChanged(): void {
    for (const prefix of this.#visible.prefixes)
      for (const key of this.#visible.keys(prefix)) if (key.includes('~')) this.#listeners.mark(key)
    this.#listeners.flush()
  }

  #checkMine(patches: readonly Patch[]): void {
    for (const [, key] of patches) this.#checkRow(key)
  }

  #checkRow(key: RowKey): void {
    this.derivations.check(key)
    this.ownership.check(key, this.screen?.ownedBy(key))
  }

  /** What is shown; whoever looks rouses a replica that rests. */
  get visible(): Visible {
    this.rouse()
    return this.#visible
  }

  /** Who hears of rows; whoever begins to rouses a replica that rests. */
  get listeners(): RowListeners {
    this.rouse()
    return this.#listeners
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
    this.cursor = loaded.cursor
    if (loaded.greatest !== undefined) this.#pen.see(loaded.greatest)
    const drafts = this.unsaved.takeDrafts()
    this.visible.replace(loaded.state, [])
    this.#addRows(loaded.pending)
    this.visible.setLocals(loaded.locals)
    if (kept !== undefined) this.derivations.restore(kept, pendingKeys(this))
    this.ready = true
    this.#abandoned = undefined
    this.#checkNumbers(loaded.state.vv.get(seat.replica))
    for (const draft of drafts) this.#number(draft.planned((patches) => this.lens.write(patches)))
    if (!this.unsaved.isEmpty) this.#host.unsaved(this)
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
    return this.editAs(this.lens.write(patches))
  }

  /** Makes an edit of patches that say under which version they were written. */
  editAs(patches: readonly Patch[]): Edit {
    this.#host.checkOpen?.(this)
    this.rouse()
    this.#checkMine(patches)
    checkSize(patches, this.#host.meta)
    const edit = new Edit(patches, this.#host.platform.now())
    this.recorder?.wrote(this.lens.shown(patches))
    if (this.ready) {
      this.#number(edit)
      this.#host.unsaved(this)
    } else {
      edit.event = [0, this.#pen.tick(), patches]
      this.visible.add(edit, edit.event)
      this.unsaved.draft(edit)
    }
    if (this.#abandoned !== undefined) this.abandon(this.#abandoned)
    this.listeners.flush()
    return edit
  }

  #number(edit: Edit): void {
    edit.event = this.#pen.event(edit.patches)
    this.visible.add(edit, edit.event)
    this.unsaved.add(edit)
  }

  /**
   * Edits a text: shown at once, on its way to the disk when this returns, as several events where one
   * cannot hold it; undefined where nothing is left to do.
   *
   * Errors  `UsageError` NOT_LOADED before the disk was read, BAD_OFFSET, BAD_UNICODE
   */
  editText(key: RowKey, field: string, change: Typing['change']): Written | undefined {
    return this.editAll([], [{ key, field, change }])
  }

  /**
   * Writes fields and edits texts at once, in one edit; each text once. Same errors; fields over
   * a limit are refused before anything has changed.
   */
  editAll(plain: readonly Patch[], typings: readonly Typing[]): Written | undefined {
    const patches = this.lens.write(plain)
    this.#host.checkOpen?.(this)
    this.rouse()
    if (!this.ready) {
      throw new UsageError('NOT_LOADED', `what is in the texts of ${this.object} is not known yet`)
    }
    this.#checkMine(patches)
    for (const { key } of typings) this.#checkRow(key)
    if (patches.length > 0) checkSize(patches, this.#host.meta)
    const typed = typings.flatMap(({ key, field, change }) => {
      const changed = this.visible.editText(key, field, this.#pen.typist, change)
      return changed === undefined ? [] : [[patchOf(key, field, changed), changed] as const]
    })
    if (patches.length + typed.length === 0) return undefined
    const { replica: writer } = this.#pen.typist
    if (patches.length > 0) this.recorder?.wrote(plain)
    for (const [patch, changed] of typed) this.recorder?.typed(patch, changed, writer)
    const all = [...patches, ...typed.map(([patch]) => patch)]
    const edits = shareOut(all, this.#host.meta).map((part) => this.#numberLaid(part))
    this.#host.unsaved(this)
    this.listeners.flush()
    return writtenWith(edits)
  }

  #numberLaid(patches: readonly Patch[]): Edit {
    const edit = new Edit(patches, this.#host.platform.now())
    edit.event = this.#pen.event(patches)
    this.visible.addLaid(edit, edit.event)
    this.unsaved.add(edit)
    return edit
  }

  /**
   * Makes rows at once, each by an edit of its own: shown at once, and on disk one record stands for
   * them all (R7). In a branch they are edits like any other.
   *
   * Errors  `UsageError` NOT_LOADED before the disk was read
   */
  editBatch({ prefix, images }: BatchImages): Edit[] {
    this.#host.checkOpen?.(this)
    this.rouse()
    if (!this.ready) {
      throw new UsageError('NOT_LOADED', `who writes ${this.object} is not known yet`)
    }
    const written = images.map(([id, values]): Image => [id, this.lens.writeFields(values)])
    const all = written.map((image) => patchesOf(prefix, image))
    for (const patches of all) {
      this.#checkMine(patches)
      checkSize(patches, this.#host.meta)
    }
    const at = this.#host.platform.now()
    const edits = this.#pen.events(all).map((event) => {
      this.recorder?.wrote(this.lens.shown(event[2]))
      const edit = new Edit(event[2], at, event)
      this.visible.add(edit, event)
      return edit
    })
    const batch = isBranch(this.object) ? undefined : { prefix, images: written }
    this.unsaved.addBatch(edits, batch)
    this.#host.unsaved(this)
    this.listeners.flush()
    return edits
  }

  /** Makes an edit, or several where one event cannot hold what is to be written. */
  editInParts(patches: readonly Patch[]): void {
    for (const part of shareOut(this.lens.write(patches), this.#host.meta)) this.editAs(part)
  }

  /** Writes beneath all that was ever written, in as many events as it takes; no step of undo. */
  seed(patches: readonly Patch[], version: number): Written {
    this.#host.checkOpen?.(this)
    this.rouse()
    const edits = shareOut(this.lens.write(patches), this.#host.meta).map((part) => {
      const edit = new Edit(part, this.#host.platform.now())
      edit.event = this.#pen.seed(part, version)
      this.visible.add(edit, edit.event)
      this.unsaved.add(edit)
      return edit
    })
    this.#host.unsaved(this)
    this.listeners.flush()
    return writtenWith(edits)
  }

  /** Writes a row of a local collection: it stays on this device. */
  editLocal(key: RowKey, plain: readonly Patch[]): Edit {
    const patches = this.lens.write(plain)
    this.#host.checkOpen?.(this)
    this.rouse()
    const edit = new Edit(patches, this.#host.platform.now())
    const stamp = this.#pen.tick()
    const before = this.visible.written(key) ?? emptyRow
    const row = applyToRow(before, patches, stamp)
    this.visible.setLocals([[key, row]])
    this.unsaved.addLocal(edit, key, row)
    this.#host.unsaved(this)
    if (this.#abandoned !== undefined) this.abandon(this.#abandoned)
    this.listeners.flush()
    return edit
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
    const edits = this.unsaved.numbered
    const events = this.#pen.again(edits.map(eventOf))
    this.visible.stampAnew(edits.map((edit, i) => [edit, events[i] as Event]))
    this.listeners.flush()
  }

  /** Takes back edits that the disk did not take, and all that this tab made after them (R14). */
  unsave(edits: readonly Edit[], error: StorageError): void {
    const all = [...edits, ...this.unsaved.takeWaiting()]
    const first = all.find((edit) => edit.event !== undefined)
    if (first?.event !== undefined) this.#pen.back(first.event[0])
    this.visible.withdraw(all)
    for (const edit of all) edit.failed(error)
    this.listeners.flush()
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

  /** Takes note of the stamps of a state that may be ahead of what is known here. */
  seeAll(state: ObjectState): void {
    this.#pen.seeAll(state)
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
    if (fresh.length > 0) this.queued(fresh)
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
    if (this.#pen.isSeated && replica !== this.writer) this.#pen.rename(replica)
  }

  /**
   * Takes the outbox as it is on disk where edits have other names by now, or have gone into the log
   * under others; `before` as in `restamped`. Gives back what is no more there.
   */
  moved(rows: readonly StoredRow[], before: ReadonlySet<Edit>): Edit[] {
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
    this.visible.replace(this.visible.confirmed, [...edits, ...newer])
    this.queued(edits)
    this.listeners.flush()
    return left
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
    const edits = takeStamps(rows, this.visible)
    const known = new Set([...before, ...edits])
    const newer = [...this.visible.pending].filter((edit) => !known.has(edit))
    this.visible.replace(this.visible.confirmed, [...edits, ...newer])
    this.renew(counter)
    this.listeners.flush()
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
    this.#pen.seeAll(state)
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
