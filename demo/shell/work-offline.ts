import { useEffect, useSyncExternalStore } from 'react'
import { useConnection } from 'react-collab'
import { keptAs } from './device.js'

const KEY = keptAs('contacts: work offline')

/** Tells whether this person wants to work offline; kept over reloads, the same in all tabs. */
export const wantsOffline = (): boolean => {
  try {
    return localStorage.getItem(KEY) === 'yes'
  } catch {
    return false // no storage, no wish
  }
}

function remember(offline: boolean): void {
  try {
    if (offline) localStorage.setItem(KEY, 'yes')
    else localStorage.removeItem(KEY)
  } catch {
    // Without storage the wish lasts as long as the page.
  }
}

const listeners = new Set<() => void>()
let wish = wantsOffline()

function tell(offline: boolean): void {
  wish = offline
  for (const listener of listeners) listener()
}

function subscribe(listener: () => void): () => void {
  const hear = (): void => tell(wantsOffline())
  listeners.add(listener)
  addEventListener('storage', hear)
  return () => {
    listeners.delete(listener)
    removeEventListener('storage', hear)
  }
}

/** Tells whether this person wants to work offline, as it changes here or in another tab. */
export const useWantsOffline = (): boolean => useSyncExternalStore(subscribe, () => wish)

/**
 * The switch “Work offline”, of which a page has one: whether it is on, and how to turn it.
 *
 * The client follows the wish, wherever it was turned: a tab of another account tells this one's nothing.
 */
export function useWorkOffline(): readonly [boolean, (offline: boolean) => void] {
  const { setOffline } = useConnection()
  const isOffline = useWantsOffline()
  useEffect(() => setOffline(isOffline), [setOffline, isOffline])
  return [isOffline, turn]
}

function turn(offline: boolean): void {
  remember(offline)
  tell(offline)
}
