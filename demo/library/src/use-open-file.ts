import { useSyncExternalStore } from 'react'

const START = '#file='

/** Reads the part of an address after `#`. */
export function fileIn(hash: string): string | undefined {
  if (!hash.startsWith(START)) return undefined
  try {
    return decodeURIComponent(hash.slice(START.length))
  } catch {
    return undefined // not encoded as we encode
  }
}

/** Shows a file beside the list, or none; `replace` leaves no step for Back. */
export function openFile(id: string | undefined, how: 'push' | 'replace' = 'push'): void {
  const hash = id === undefined ? '' : `${START}${encodeURIComponent(id)}`
  if (hash === location.hash) return
  const next = location.pathname + location.search + hash
  if (how === 'push') history.pushState(null, '', next)
  else history.replaceState(null, '', next)
  dispatchEvent(new PopStateEvent('popstate'))
}

function subscribe(listener: () => void): () => void {
  addEventListener('popstate', listener)
  addEventListener('hashchange', listener)
  return () => {
    removeEventListener('popstate', listener)
    removeEventListener('hashchange', listener)
  }
}

/** The file that the address names, so that Back and links work. */
export const useOpenFile = (): string | undefined =>
  fileIn(useSyncExternalStore(subscribe, () => location.hash))
