import { applyToRow, emptyRow, type Patch, type RowKey, UsageError } from '@react-collab/core'
import { isBranch } from './branch-id.js'
import { Edit, type Written, writtenWith } from './edit.js'
import { checkSize, shareOut } from './event-size.js'
import { type BatchImages, type Image, patchesOf } from './image.js'
import type { Lens } from './lens.js'
import type { Pen } from './pen.js'
import type { Replica } from './replica.js'
import type { ReplicaHost } from './replica-host.js'
import { patchOf, type Typing } from './typing.js'
import type { Visible } from './visible.js'
import { isUndoable } from './windows/held-rows.js'

/** Makes the edits of a replica: each is checked, shown at once, and handed on to the disk. */
export class Editing {
  readonly #replica: Replica
  readonly #pen: Pen
  readonly #host: ReplicaHost

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

  #checkMine(patches: readonly Patch[]): void {
    for (const [, key] of patches) this.#replica.showing.checkMine(key)
  }

  /** Makes an edit: shown at once, on its way to the disk when this returns. */
  edit(patches: readonly Patch[]): Edit {
    return this.editAs(this.#lens.write(patches))
  }

  /** Makes an edit of patches that say under which version they were written. */
  editAs(patches: readonly Patch[]): Edit {
    this.#host.checkOpen?.(this.#replica)
    this.#replica.rouse()
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
  #record(patches: readonly Patch[]): void {
    const { recorder, held, windows } = this.#replica
    if (recorder === undefined) return
    const known = patches.filter((patch) => isUndoable(patch, held))
    for (const [, key] of known) if (held.isWindowed(key)) windows.pin(key)
    if (known.length > 0) recorder.wrote(known)
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
    this.#host.checkOpen?.(this.#replica)
    this.#replica.rouse()
    if (!this.#replica.ready) {
      throw new UsageError(
        'NOT_LOADED',
        `what is in the texts of ${this.#replica.object} is not known yet`,
      )
    }
    this.#checkMine(patches)
    for (const { key } of typings) this.#replica.showing.checkMine(key)
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
   * Makes rows at once, each by an edit of its own: shown at once, and on disk one record stands for
   * them all (R7). In a branch they are edits like any other.
   *
   * Errors  `UsageError` NOT_LOADED before the disk was read
   */
  editBatch({ prefix, images }: BatchImages): Edit[] {
    this.#host.checkOpen?.(this.#replica)
    this.#replica.rouse()
    if (!this.#replica.ready) {
      throw new UsageError('NOT_LOADED', `who writes ${this.#replica.object} is not known yet`)
    }
    const written = images.map(([id, values]): Image => [id, this.#lens.writeFields(values)])
    const all = written.map((image) => patchesOf(prefix, image))
    for (const patches of all) {
      this.#checkMine(patches)
      checkSize(patches, this.#host.meta)
    }
    const at = this.#host.platform.now()
    const edits = this.#pen.events(all).map((event) => {
      this.#record(this.#lens.shown(event[2]))
      const edit = new Edit(event[2], at, event)
      this.#visible.add(edit, event)
      return edit
    })
    const batch = isBranch(this.#replica.object) ? undefined : { prefix, images: written }
    this.#replica.unsaved.addBatch(edits, batch)
    this.#host.unsaved(this.#replica)
    this.#replica.listeners.flush()
    return edits
  }

  /** Makes an edit, or several where one event cannot hold what is to be written. */
  editInParts(patches: readonly Patch[]): void {
    for (const part of shareOut(this.#lens.write(patches), this.#host.meta)) this.editAs(part)
  }

  /** Writes beneath all that was ever written, in as many events as it takes; no step of undo. */
  seed(patches: readonly Patch[], version: number): Written {
    this.#host.checkOpen?.(this.#replica)
    this.#replica.rouse()
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
    this.#host.checkOpen?.(this.#replica)
    this.#replica.rouse()
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
