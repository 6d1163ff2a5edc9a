import { useSyncExternalStore } from 'react'

/** What the page shows beside the list; it lives in the address, so that Back works. */
export type Place =
  | { readonly view: 'list' }
  | { readonly view: 'contact'; readonly id: string }
  | { readonly view: 'new' }
  | { readonly view: 'deleted' }
  | { readonly view: 'refused' }
  | { readonly view: 'replaced' }

/** Nothing but the list. */
export const listPlace: Place = { view: 'list' }

/** Reads the part of an address after `#`. */
export function placeOf(hash: string): Place {
  const text = hash.replace(/^#/, '')
  if (text === 'new' || text === 'deleted' || text === 'refused' || text === 'replaced') {
    return { view: text }
  }
  if (!text.startsWith('contact=')) return listPlace
  try {
    return { view: 'contact', id: decodeURIComponent(text.slice('contact='.length)) }
  } catch {
    return listPlace // not encoded as we encode
  }
}

/** The part of an address that leads to a place. */
export function hashOf(place: Place): string {
  if (place.view === 'list') return ''
  return place.view === 'contact' ? `#contact=${encodeURIComponent(place.id)}` : `#${place.view}`
}

/** What the browser keeps of a step: whether Back leads to the list. */
interface PlaceState {
  readonly isFromList: boolean
}

/** Shows another place; `replace` leaves no step for Back. */
export function go(place: Place, how: 'push' | 'replace' = 'push'): void {
  const { pathname, search, hash } = location
  const next = hashOf(place)
  if (next === hash) return
  const state: PlaceState = { isFromList: placeOf(hash).view === 'list' }
  if (how === 'push') history.pushState(state, '', pathname + search + next)
  else history.replaceState(history.state, '', pathname + search + next)
  dispatchEvent(new PopStateEvent('popstate'))
}

/** Back to the list, by the browser's own Back where that leads there. */
export function goToList(): void {
  const { isFromList = false } = (history.state ?? {}) as Partial<PlaceState>
  if (isFromList && location.hash !== '') history.back()
  else go(listPlace, 'replace')
}

function subscribe(listener: () => void): () => void {
  addEventListener('popstate', listener)
  addEventListener('hashchange', listener)
  return () => {
    removeEventListener('popstate', listener)
    removeEventListener('hashchange', listener)
  }
}

/** What the page shows now. */
export function usePlace(): Place {
  return placeOf(useSyncExternalStore(subscribe, () => location.hash))
}
