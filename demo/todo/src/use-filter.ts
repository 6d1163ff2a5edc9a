import { useSyncExternalStore } from 'react'
import { type Filter, filterOf } from './todo.js'

function subscribe(listener: () => void): () => void {
  addEventListener('hashchange', listener)
  return () => removeEventListener('hashchange', listener)
}

/** The filter that the address names, so that Back and links work. */
export const useFilter = (): Filter =>
  filterOf(useSyncExternalStore(subscribe, () => location.hash))
