import { checkNames, cut, UsageError } from '@react-collab/core'
import { BatchDraft } from './batch-draft.js'
import type { FieldValues } from './differences.js'
import { type Edit, unchanged, type Written } from './edit.js'
import type { SharedObject } from './shared-object.js'

/** As many rows are made in the task that asks for them; more take turns with all else. */
const AT_ONCE = 500

/** Rows that were added at once: what was written, and their ids. */
export interface AddedMany extends Written {
  /** In the order in which the rows were given. */
  readonly ids: readonly string[]
}

/** How far many rows are that are being made. */
export interface BatchProgress {
  /** Rows that were looked at, and may be written; before all are, none is shown. */
  readonly checked: number
  readonly shown: number
  readonly total: number
}

/** How many rows are made. */
export interface BatchOptions {
  /** Called after each task in which some of them were looked at or shown. */
  readonly onProgress?: ((progress: BatchProgress) => void) | undefined
}

/**
 * Makes rows of their fields, all or, where one is wrong, none; the error names the row by its place. Many
 * are made in turns: then a value that is wrong rejects what is promised.
 */
export function createMany(
  object: SharedObject,
  collection: string,
  rows: readonly FieldValues[],
  options: BatchOptions = {},
): AddedMany {
  checkNames('createMany(…, options)', options, ['onProgress'])
  const { onProgress } = options
  checkMany(object, collection, rows)
  checkListener(onProgress)
  if (rows.length === 0) return { ids: [], ...unchanged }
  const { editing, listeners, platform, recorder } = object.replica
  editing.begin()
  const draft = new BatchDraft(object, collection, rows)
  let done = 0
  const told = (): void => {
    listeners.flush()
    const { checked, shown } = draft
    if (checked + shown === done) return
    done = checked + shown
    try {
      onProgress?.({ checked, shown, total: rows.length })
    } catch (error) {
      // The rows go on, and so does whoever cannot wait for them.
      platform.report(error)
    }
  }
  // What is one step of undo with other edits is made with them.
  if (rows.length > AT_ONCE && recorder?.isOpen !== true)
    return addedLater(draft, editing.makeInTurns(draft.make(), rows.length, told), platform.report)
  const edits = madeOf(draft.make())
  told()
  return addedNow(draft, edits)
}

function checkMany(object: SharedObject, collection: string, rows: unknown): void {
  const spec = object.collection(collection)
  if (spec !== undefined && spec.kind !== 'shared' && spec.kind !== 'owned')
    throw new UsageError(
      'UNKNOWN_COLLECTION',
      `${cut(collection)} is ${spec.kind}: only rows of shared and owned collections are made at once`,
    )
  if (!Array.isArray(rows))
    throw new UsageError(
      'BAD_VALUE',
      `rows are made of a list of their fields, not of ${cut(rows)}`,
    )
}

function checkListener(onProgress: unknown): void {
  if (onProgress === undefined || typeof onProgress === 'function') return
  throw new UsageError('BAD_VALUE', `onProgress is a function, not ${cut(onProgress)}`)
}

function madeOf<T>(steps: Generator<unknown, T>): T {
  for (let step = steps.next(); ; step = steps.next()) if (step.done === true) return step.value
}

function addedNow({ ids }: BatchDraft, edits: readonly Edit[]): AddedMany {
  let server: Promise<number> | undefined
  return {
    ids,
    // They reach the disk together.
    get local() {
      return (edits.at(-1) as Edit).local
    },
    get server() {
      server ??= quietly(allLogged(edits))
      return server
    },
  }
}

function addedLater(
  draft: BatchDraft,
  made: Promise<readonly Edit[]>,
  report: (error: unknown) => void,
): AddedMany {
  // Nothing was written, and nobody has to look at what is promised.
  made.catch(report)
  const local = quietly(made.then((edits) => (edits.at(-1) as Edit).local))
  let server: Promise<number> | undefined
  return {
    local,
    get ids() {
      return draft.ids
    },
    get server() {
      server ??= quietly(made.then(allLogged))
      return server
    },
  }
}

/** Nobody has to listen. */
function quietly<T>(promise: Promise<T>): Promise<T> {
  promise.catch(() => undefined)
  return promise
}

/** Resolves to the seq of the last one; rejects when one was refused, once it is known of all. */
async function allLogged(edits: readonly Edit[]): Promise<number> {
  let last = 0
  let refused: unknown
  // Numbers enter the log in their order: when the last is there, it is known of all before it.
  for (const edit of [...edits].reverse()) {
    if (edit.stage === 'logged' && last > 0) continue
    const seq = await edit.server.catch((error: unknown) => {
      refused ??= error
      return 0
    })
    last = Math.max(last, seq)
  }
  if (refused !== undefined) throw refused as Error
  return last
}
