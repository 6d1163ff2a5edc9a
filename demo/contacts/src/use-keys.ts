import { useEffect } from 'react'
import { focusOn, isTyping } from './focus.js'
import { usePage } from './page-context.js'
import { go } from './place.js'
import { SEARCH_ID } from './search-bar.js'

/** Keys that work wherever nobody types. */
export function useKeys(onKeys: () => void): void {
  const { toasts } = usePage()
  useEffect(() => {
    function onKeyDown(event: KeyboardEvent): void {
      if (event.defaultPrevented || isTyping(event.target)) return
      if (document.querySelector('dialog[open]') !== null) return
      if ((event.ctrlKey || event.metaKey) && event.key === 'z') undoLast()
      else if (event.ctrlKey || event.metaKey || event.altKey) return
      else if (event.key === '/') focusOn(SEARCH_ID)
      else if (event.key === 'n') go({ view: 'new' })
      else if (event.key === '?') onKeys()
      else return
      event.preventDefault()
    }
    function undoLast(): void {
      const last = toasts.read().findLast(({ action }) => action?.isUndo)
      last?.action?.run()
      if (last !== undefined) toasts.close(last.key)
    }
    addEventListener('keydown', onKeyDown)
    return () => removeEventListener('keydown', onKeyDown)
  }, [toasts, onKeys])
}
