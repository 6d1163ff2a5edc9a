import { useCallback, useMemo, useSyncExternalStore } from 'react'
import { aimAt, type Target } from '../object-ref.js'
import { historyOf, type UndoHistory } from '../undo-history.js'
import { useClient } from './use-client.js'

/** Undo and redo, and whether there is anything to take back or to do again. */
export interface Undo {
  readonly undo: () => boolean
  readonly redo: () => boolean
  readonly canUndo: boolean
  readonly canRedo: boolean
  /** What the next undo takes back, where it was given a name by `group`. */
  readonly undoLabel: string | undefined
  readonly redoLabel: string | undefined
  /** Makes one step of all edits that a function makes before it returns. */
  readonly group: <T>(label: string, edit: () => T) => T
}

interface Shown {
  readonly canUndo: boolean
  readonly canRedo: boolean
  readonly undoLabel: string | undefined
  readonly redoLabel: string | undefined
}

const nothing: Shown = {
  canUndo: false,
  canRedo: false,
  undoLabel: undefined,
  redoLabel: undefined,
}

/**
 * Undo and redo of what this person changed in an object, in this tab, while the component is
 * mounted; what others changed stays.
 *
 * ```tsx
 * const { undo, canUndo, group } = useUndo('groceries')
 * <button disabled={!canUndo} onClick={undo}>Undo</button>
 * group('Clear completed', () => done.forEach(({ id }) => remove(id)))
 * ```
 */
export function useUndo(target: Target): Undo {
  const client = useClient()
  const { id, spec } = aimAt(target)
  const source = useMemo(
    () => createSource(() => historyOf(client.peek(id, spec))),
    [client, id, spec],
  )
  const subscribe = useCallback(
    (listener: () => void) => {
      const open = client.open(id, spec)
      const unsubscribe = historyOf(open.object).subscribe(listener)
      return () => {
        unsubscribe()
        open.close()
      }
    },
    [client, id, spec],
  )
  const shown = useSyncExternalStore(
    subscribe,
    () => source.read(),
    () => nothing,
  )
  return useMemo(() => ({ ...source.actions, ...shown }), [source, shown])
}

function createSource(history: () => UndoHistory) {
  let last = nothing
  return {
    read(): Shown {
      const { canUndo, canRedo, undoLabel, redoLabel } = history()
      const isSame =
        canUndo === last.canUndo &&
        canRedo === last.canRedo &&
        undoLabel === last.undoLabel &&
        redoLabel === last.redoLabel
      if (!isSame) last = { canUndo, canRedo, undoLabel, redoLabel }
      return last
    },
    actions: {
      undo: () => history().undo(),
      redo: () => history().redo(),
      group: <T>(label: string, edit: () => T): T => history().group(label, edit),
    },
  }
}
