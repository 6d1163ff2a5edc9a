import type { Client } from './client.js'

/**
 * Ties a client to the page it lives in: warns when leaving would lose edits that are not on disk
 * yet, and connects at once when the network or the person comes back.
 */
export function guardPage(client: Client): void {
  if (typeof window === 'undefined' || typeof window.addEventListener !== 'function') return
  window.addEventListener('beforeunload', (event) => {
    if (client.unsaved > 0) event.preventDefault()
  })
  window.addEventListener('online', () => client.reconnect())
  // Timers of hidden pages are slow; a page that is shown again does not wait them out.
  document.addEventListener('visibilitychange', () => {
    if (document.visibilityState === 'visible') client.reconnect()
  })
}
