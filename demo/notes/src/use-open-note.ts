import { useSyncExternalStore } from 'react'

const PREFIX = '#note='

function subscribe(listener: () => void): () => void {
  addEventListener('hashchange', listener)
  return () => removeEventListener('hashchange', listener)
}

/** The part of an address that opens a note. */
export const hashOf = (id: string): string => PREFIX + id

/** The id of the note that the address names, so that Back and links work. */
export function useOpenNote(): string | undefined {
  const hash = useSyncExternalStore(subscribe, () => location.hash)
  return hash.startsWith(PREFIX) ? hash.slice(PREFIX.length) : undefined
}
