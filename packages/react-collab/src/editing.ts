import {
  applyToRow,
  emptyRow,
  type JsonObject,
  type Patch,
  ROOT,
  type RowKey,
  stampAfter,
} from '@react-collab/core'
import { isBranch } from './branch-id.js'
import { Edit, type Written, writtenWith } from './edit.js'
import { checkSize, shareOut } from './event-size.js'
import type { BatchImages } from './image.js'
import type { Lens } from './lens.js'
import { Making } from './making.js'
import { notLoaded } from './not-loaded.js'
import type { Pen } from './pen.js'
import type { Replica } from './replica.js'
import type { ReplicaHost } from './replica-host.js'
import { checkNotRefused } from './refused-rows.js'
import { patchOf, type Typing } from './typing.js'
import type { Visible } from './visible.js'
import { isUndoable } from './windows/held-rows.js'

/** Makes the edits of a replica: each is checked, shown at once, and handed on to the disk. */
export class Editing {
  readonly #replica: Replica
  readonly #pen: Pen
  readonly #host: ReplicaHost
  /** What is made in turns, and is not whole yet. */
  #making: Pick<Making<unknown>, 'finish'> | undefined

  constructor(replica: Replica, pen: Pen, host: ReplicaHost) {
    this.#replica = replica
    this.#pen = pen
    this.#host = host
  }

  get #lens(): Lens {
    return this.#replica.showing.lens
  }

  get #visible(): Visible {
    return this.#replica.showing.visible
  }

  /** Refuses to write into rows that are not one's own, or that alone would be made of what is written. */
  #checkMine(patches: readonly Patch[], typed: readonly RowKey[] = []): void {
    const { object, held, showing } = this.#replica
    for (const [, key] of patches) showing.checkMine(key)
    for (const key of typed) showing.checkMine(key)
    const rejected = this.#host.rejected?.() ?? []
    if (rejected.length === 0) return
    const keys = new Set([...typed, ...patches.map(([, key]) => key)])
    const isThere = (key: RowKey): boolean =>
      key === ROOT || held.isAbsent(key) || this.#visible.row(key) !== undefined
    checkNotRefused(keys, patches, { object, rejected, isThere })
  }

  /** Makes an edit: shown at once, on its way to the disk when this returns. */
  edit(patches: readonly Patch[]): Edit {
    return this.editAs(this.#lens.write(patches))
  }

  /** Makes an edit of patches that say under which version they were written. */
  editAs(patches: readonly Patch[]): Edit {
    this.#begin()
    this.#checkMine(patches)
    checkSize(patches, this.#host.meta)
    const edit = new Edit(patches, this.#host.platform.now())
    this.#record(this.#lens.shown(patches))
    if (this.#replica.ready) {
      this.#number(edit)
      this.#host.unsaved(this.#replica)
    } else {
      edit.event = [0, this.#pen.tick(), patches]
      this.#visible.add(edit, edit.event)
      this.#replica.unsaved.draft(edit)
    }
    this.#replica.abandonAgain()
    this.#replica.listeners.flush()
    return edit
  }

  /** Notes how to undo what is about to be written; of a row that is not here little is known. */
  #record(patches: readonly Patch[], note?: (patches: readonly Patch[]) => void): void {
    const { recorder, held, windows } = this.#replica
    if (recorder === undefined) return
    const known = patches.filter((patch) => isUndoable(patch, held))
    for (const [, key] of known) if (held.isWindowed(key)) windows.pin(key)
    if (known.length === 0) return
    if (note === undefined) recorder.wrote(known)
    else note(known)
  }

  /** Numbers an edit that was made before there was a writer. */
  number(draft: Edit): void {
    this.#number(draft.planned((patches) => this.#lens.write(patches)))
  }

  #number(edit: Edit): void {
    edit.event = this.#pen.event(edit.patches)
    this.#visible.add(edit, edit.event)
    this.#replica.unsaved.add(edit)
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
    const patches = this.#lens.write(plain)
    this.#begin()
    if (!this.#replica.ready) throw notLoaded(`what is in the texts of ${this.#replica.object}`)
    this.#checkMine(
      patches,
      typings.map(({ key }) => key),
    )
    if (patches.length > 0) checkSize(patches, this.#host.meta)
    const typed = typings.flatMap(({ key, field, change }) => {
      const changed = this.#visible.editText(key, field, this.#pen.typist, change)
      return changed === undefined ? [] : [[patchOf(key, field, changed), changed] as const]
    })
    if (patches.length + typed.length === 0) return undefined
    const { replica: writer } = this.#pen.typist
    if (patches.length > 0) this.#record(plain)
    for (const [patch, changed] of typed) this.#replica.recorder?.typed(patch, changed, writer)
    const all = [...patches, ...typed.map(([patch]) => patch)]
    const edits = shareOut(all, this.#host.meta).map((part) => this.#numberLaid(part))
    this.#host.unsaved(this.#replica)
    this.#replica.listeners.flush()
    return writtenWith(edits)
  }

  #numberLaid(patches: readonly Patch[]): Edit {
    const edit = new Edit(patches, this.#host.platform.now())
    edit.event = this.#pen.event(patches)
    this.#visible.addLaid(edit, edit.event)
    this.#replica.unsaved.add(edit)
    return edit
  }

  /**
   * Begins what is written together.
   *
   * Errors  `UsageError` NOT_LOADED before the disk was read
   */
  begin(): void {
    this.#begin()
    if (this.#replica.ready) return
    throw notLoaded(`who writes ${this.#replica.object}`)
  }

  /** What is written under this version of the schema, of the values of a new row. */
  written(values: JsonObject): JsonObject {
    return this.#lens.writeFields(values)
  }

  /** Refuses what may not be written, or not in one edit. */
  check(patches: readonly Patch[]): void {
    this.#checkMine(patches)
    checkSize(patches, this.#host.meta)
  }

  /**
   * Makes rows that were checked, each by an edit of its own, and on disk one record for them all (R7); in a
   * branch they are edits like any other. Gives after each `count` of them how many there are. Nothing
   * else may be written in between, as their numbers follow each other.
   */
  *editBatch(
    batch: BatchImages,
    all: readonly (readonly Patch[])[],
    count: number,
  ): Generator<number, readonly Edit[]> {
    this.#host.checkOpen?.(this.#replica)
    const { unsaved, recorder, object } = this.#replica
    const note = recorder?.together()
    const at = this.#host.platform.now()
    const edits: Edit[] = []
    while (edits.length < all.length) {
      const some = all.slice(edits.length, edits.length + count)
      const made = this.#pen.events(some, edits.at(-1)?.event).map((event) => {
        this.#record(this.#lens.shown(event[2]), note)
        const edit = new Edit(event[2], at, event)
        this.#visible.add(edit, event)
        return edit
      })
      edits.push(...made)
      unsaved.addMade(made)
      const last = made.at(-1)?.event
      // No other stamp that is made meanwhile is one of those that follow.
      if (last !== undefined) this.#pen.see(stampAfter(last[1], all.length - edits.length))
      yield edits.length
      // The disk has failed, and all was taken back that it had not got.
      if (edits[0]?.stage === 'failed') return edits
    }
    unsaved.addBatch(isBranch(object) ? undefined : batch)
    this.#host.unsaved(this.#replica)
    return edits
  }

  /** Makes `count` rows in many tasks; whatever else is written meanwhile finds them made. */
  makeInTurns<T>(steps: Generator<unknown, T>, count: number, told: () => void): Promise<T> {
    const { platform } = this.#host
    const { unsaved } = this.#replica
    const making = new Making(steps, {
      soon: platform.soon,
      told,
      ended: () => {
        this.#making = undefined
        unsaved.planned = 0
        this.#host.unsaved(this.#replica)
      },
    })
    this.#making = making
    unsaved.planned = count
    this.#host.unsaved(this.#replica)
    return making.done
  }

  /** Makes all that is being made in turns. */
  finish(): void {
    this.#making?.finish()
  }

  /** Begins what writes: all that was asked for before is there. */
  #begin(): void {
    this.#host.checkOpen?.(this.#replica)
    this.#replica.rouse()
    this.finish()
  }

  /** Makes an edit, or several where one event cannot hold what is to be written. */
  editInParts(patches: readonly Patch[]): void {
    for (const part of shareOut(this.#lens.write(patches), this.#host.meta)) this.editAs(part)
  }

  /** Writes beneath all that was ever written, in as many events as it takes; no step of undo. */
  seed(patches: readonly Patch[], version: number): Written {
    this.#begin()
    const edits = shareOut(this.#lens.write(patches), this.#host.meta).map((part) => {
      const edit = new Edit(part, this.#host.platform.now())
      edit.event = this.#pen.seed(part, version)
      this.#visible.add(edit, edit.event)
      this.#replica.unsaved.add(edit)
      return edit
    })
    this.#host.unsaved(this.#replica)
    this.#replica.listeners.flush()
    return writtenWith(edits)
  }

  /** Writes a row of a local collection: it stays on this device. */
  editLocal(key: RowKey, plain: readonly Patch[]): Edit {
    const patches = this.#lens.write(plain)
    this.#begin()
    const edit = new Edit(patches, this.#host.platform.now())
    const stamp = this.#pen.tick()
    const before = this.#visible.written(key) ?? emptyRow
    const row = applyToRow(before, patches, stamp)
    this.#visible.setLocals([[key, row]])
    this.#replica.unsaved.addLocal(edit, key, row)
    this.#host.unsaved(this.#replica)
    this.#replica.abandonAgain()
    this.#replica.listeners.flush()
    return edit
  }
}
