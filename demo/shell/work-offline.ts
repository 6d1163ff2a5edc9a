import { useCallback, useSyncExternalStore } from 'react'
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

function subscribe(listener: () => void): () => void {
  const hear = (): void => {
    wish = wantsOffline()
    listener()
  }
  listeners.add(listener)
  addEventListener('storage', hear)
  return () => {
    listeners.delete(listener)
    removeEventListener('storage', hear)
  }
}

/** The switch “Work offline”: whether it is on, and how to turn it. */
export function useWorkOffline(): readonly [boolean, (offline: boolean) => void] {
  const { setOffline } = useConnection()
  const isOffline = useSyncExternalStore(subscribe, () => wish)
  const turn = useCallback(
    (offline: boolean) => {
      wish = offline
      remember(offline)
      setOffline(offline)
      for (const listener of listeners) listener()
    },
    [setOffline],
  )
  return [isOffline, turn]
}
