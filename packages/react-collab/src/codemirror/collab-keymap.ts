import type { KeyBinding } from '@codemirror/view'
import type { SharedObject } from '../shared-object.js'
import { historyOf } from '../undo-history.js'

/**
 * Keys for undo and redo of one's own edits of an object; what others typed stays.
 *
 * ```ts
 * keymap.of([...collabKeymap(object), ...standardKeymap])
 * ```
 * It stands in for CodeMirror's own history, which knows one editor and would take back what
 * others typed into it since.
 */
export function collabKeymap(object: SharedObject): readonly KeyBinding[] {
  // From here on it remembers what is typed.
  const history = historyOf(object)
  const undo = taking(() => history.undo())
  const redo = taking(() => history.redo())
  return [
    { key: 'Mod-z', run: undo, shift: redo, preventDefault: true },
    { key: 'Ctrl-y', run: redo, preventDefault: true },
  ]
}

/** A command that takes its key also when there is nothing to do: the browser would do its own. */
const taking = (act: () => unknown) => (): boolean => {
  act()
  return true
}
