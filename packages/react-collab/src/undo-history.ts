import {
  cut,
  type Patch,
  type Reborn,
  type Replica as ReplicaId,
  type TextChange,
  type TextPatch,
  UsageError,
} from '@react-collab/core'
import type { FieldPlace } from './field-path.js'
import { checkObject } from './argument.js'
import { createNotifier, type Notifier, type Unsubscribe } from './listeners.js'
import { reanchored } from './marks/reanchor.js'
import type { Recorder } from './recorder.js'
import type { Replica } from './replica.js'
import type { SharedObject } from './shared-object.js'
import { UndoStep } from './undo-step.js'

/** Edits that follow each other within this time, ms, are taken back together. */
const GROUP_MS = 500
/** Steps that are kept. */
const MOST_STEPS = 200

/**
 * Undo and redo of one's own edits of an object, in this tab; what others did stays.
 *
 * ```ts
 * const history = historyOf(object)
 * history.group('Clear completed', () => done.forEach((id) => object.remove('todos', id)))
 * history.undo()
 * ```
 * It begins to remember when it is first asked for. Edits of the same half second, and those of one
 * `group`, are one step.
 */
export class UndoHistory implements Recorder {
  readonly #replica: Replica
  readonly #now: () => number
  readonly #changes: Notifier
  #done: UndoStep[] = []
  #undone: UndoStep[] = []
  /** Where what is made now goes: set within a group, an undo or a redo. */
  #open: UndoStep | undefined
  #isPaused = false
  /** Text that the turn under way has put again, and where. */
  #rebirths: { readonly place: FieldPlace; readonly reborn: readonly Reborn[] }[] = []

  constructor(replica: Replica, now: () => number, report: (error: unknown) => void) {
    this.#replica = replica
    this.#now = now
    this.#changes = createNotifier(report, () => undefined)
    replica.recorder = this
  }

  get canUndo(): boolean {
    return this.#done.length > 0
  }

  get canRedo(): boolean {
    return this.#undone.length > 0
  }

  /** What `undo` takes back, where it was given a name. */
  get undoLabel(): string | undefined {
    return this.#done.at(-1)?.label
  }

  /** What `redo` does again, where it was given a name. */
  get redoLabel(): string | undefined {
    return this.#undone.at(-1)?.label
  }

  /** Takes the last step back; false when there is none. */
  undo(): boolean {
    return this.#turn(this.#done, this.#undone)
  }

  /** Does the last step again that was taken back; false when there is none. */
  redo(): boolean {
    return this.#turn(this.#undone, this.#done)
  }

  #turn(from: UndoStep[], to: UndoStep[]): boolean {
    this.#replica.editing.finish()
    const step = from.pop()
    if (step === undefined) return false
    const back = new UndoStep(step.label, 0)
    this.#within(back, () => step.undo(this.#replica))
    this.#setMarksAnew()
    if (!back.isEmpty) to.push(back)
    this.#changes.soon()
    return true
  }

  /** Marks go with text that has come back, whatever step is taken back next: it is no step. */
  #setMarksAnew(): void {
    const patches = this.#rebirths
      .splice(0)
      .flatMap(({ place, reborn }) => reanchored(this.#replica, place, reborn))
    const wasPaused = this.#isPaused
    this.#isPaused = true
    try {
      if (patches.length > 0) this.#replica.editing.editInParts(patches)
    } finally {
      this.#isPaused = wasPaused
    }
  }

  /**
   * Makes one step of all edits that `edit` makes before it returns, not of those that it makes later.
   *
   * Errors  `UsageError` BAD_VALUE where the label or the function is missing
   */
  group<T>(label: string, edit: () => T): T {
    checkGroup(label, edit)
    if (this.#open !== undefined || this.#isPaused) return edit()
    const step = new UndoStep(label, 0)
    try {
      return this.#within(step, edit)
    } finally {
      if (!step.isEmpty) this.#keep(step)
    }
  }

  #within<T>(step: UndoStep, edit: () => T): T {
    this.#open = step
    try {
      return edit()
    } finally {
      this.#open = undefined
    }
  }

  /** Edits made from now on are not remembered, until `resume`. */
  pause(): void {
    this.#isPaused = true
  }

  resume(): void {
    this.#isPaused = false
  }

  /** Forgets everything. */
  clear(): void {
    this.#done = []
    this.#undone = []
    this.#changes.soon()
  }

  /** Calls `listener` when there is more or less to undo or redo. */
  subscribe(listener: () => void): Unsubscribe {
    return this.#changes.add(listener)
  }

  /** @internal */
  wrote(patches: readonly Patch[]): void {
    this.#step()?.wrote(patches, (key) => this.#replica.visible.row(key))
  }

  /** @internal */
  get isOpen(): boolean {
    return this.#open !== undefined
  }

  /** @internal */
  together(): (patches: readonly Patch[]) => void {
    const step = this.#step()
    return (patches) => step?.wrote(patches, (key) => this.#replica.visible.row(key))
  }

  /** @internal */
  typed(patch: TextPatch, { removed, reborn }: TextChange, writer: ReplicaId): void {
    const [, key, field] = patch
    this.#step()?.typed(patch, removed, writer)
    if (reborn.length > 0) this.#rebirths.push({ place: { key, field }, reborn })
    // Whoever typed what is put again takes this back, too.
    for (const step of [...this.#done, ...this.#undone]) step.reborn(reborn)
  }

  /** The step that an edit belongs to. */
  #step(): UndoStep | undefined {
    if (this.#open !== undefined) return this.#open
    if (this.#isPaused) return undefined
    const now = this.#now()
    const last = this.#done.at(-1)
    const isSame = last !== undefined && last.label === undefined && now - last.at < GROUP_MS
    if (last !== undefined && isSame && this.#undone.length === 0) {
      last.at = now
      return last
    }
    const step = new UndoStep(undefined, now)
    this.#keep(step)
    return step
  }

  #keep(step: UndoStep): void {
    this.#done.push(step)
    if (this.#done.length > MOST_STEPS) this.#done.shift()
    this.#undone = []
    this.#changes.soon()
  }
}

function checkGroup(label: unknown, edit: unknown): void {
  if (typeof label === 'string' && typeof edit === 'function') return
  const example = `group('Clear completed', () => …)`
  const given = `${cut(label)} and ${cut(edit)}`
  throw new UsageError(
    'BAD_VALUE',
    `a group has a label and a function, as ${example}, not ${given}`,
  )
}

const histories = new WeakMap<SharedObject, UndoHistory>()

/** The history of an object; the same one as long as the object is open. */
export function historyOf(object: SharedObject): UndoHistory {
  checkObject(object)
  const known = histories.get(object)
  if (known !== undefined) return known
  const { platform } = object.replica
  const history = new UndoHistory(object.replica, () => platform.elapsed(), platform.report)
  histories.set(object, history)
  return history
}
