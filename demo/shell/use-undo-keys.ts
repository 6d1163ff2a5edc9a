import { useEffect } from 'react'
import type { Undo } from 'react-collab'

/** Ctrl or ⌘ with Z undoes, with Shift and Z or with Y redoes; in a field with text they are the field's. */
export function useUndoKeys({ undo, redo }: Pick<Undo, 'undo' | 'redo'>): void {
  useEffect(() => {
    function onKeyDown(event: KeyboardEvent): void {
      const { key, ctrlKey, metaKey, shiftKey, altKey } = event
      if (event.defaultPrevented || !(ctrlKey || metaKey) || altKey) return
      const letter = key.toLowerCase()
      if ((letter !== 'z' && letter !== 'y') || isWriting(event.target)) return
      event.preventDefault()
      if (letter === 'z' && !shiftKey) undo()
      else redo()
    }
    addEventListener('keydown', onKeyDown)
    return () => removeEventListener('keydown', onKeyDown)
  }, [undo, redo])
}

/** Is there text in it that the browser's own undo is about? */
const isWriting = (target: EventTarget | null): boolean =>
  target instanceof HTMLInputElement && target.type !== 'checkbox' && target.value !== ''
