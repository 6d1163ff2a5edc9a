import { useEffect } from 'react'
import { LIST_ID } from './contact-list.js'
import { focusOn, isTyping, SIDE_ID } from './focus.js'
import { usePage } from './page-context.js'
import { go, goToList, listPlace } from './place.js'
import { SEARCH_ID } from './search-bar.js'

/** On a narrow screen the list makes way for what was chosen. */
const isListAway = (): boolean => document.getElementById(SEARCH_ID)?.checkVisibility() === false

const isInSide = (): boolean => document.activeElement?.id === SIDE_ID

function search(): void {
  if (isListAway()) go(listPlace)
  focusOn(SEARCH_ID)
}

function leave(): void {
  if (!isListAway()) return focusOn(LIST_ID)
  addEventListener('popstate', () => focusOn(LIST_ID), { once: true })
  goToList()
}

/** Keys that work wherever nobody types. */
export function useKeys(onKeys: () => void): void {
  const { toasts } = usePage()
  useEffect(() => {
    function onKeyDown(event: KeyboardEvent): void {
      if (event.defaultPrevented || isTyping(event.target)) return
      if (document.querySelector('dialog[open]') !== null) return
      if ((event.ctrlKey || event.metaKey) && event.key === 'z') undoLast()
      else if (event.ctrlKey || event.metaKey || event.altKey) return
      else if (event.key === '/') search()
      else if (event.key === 'Escape') leave()
      else if (event.key === 'n') go({ view: 'new' })
      else if (event.key === '?') onKeys()
      else return
      event.preventDefault()
    }
    function undoLast(): void {
      const last = toasts.read().findLast(({ action }) => action?.isUndo)
      if (last === undefined) return
      last.action?.run()
      toasts.close(last.key)
      // Where the list was gone with its last contact the keyboard had nowhere to stand.
      if (document.activeElement === document.body || isInSide()) focusOn(LIST_ID)
    }
    addEventListener('keydown', onKeyDown)
    return () => removeEventListener('keydown', onKeyDown)
  }, [toasts, onKeys])
}
