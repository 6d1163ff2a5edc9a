import type { Client } from './client.js'

/** Tells whether this runs in a page: a browser's, or a test's. */
export const isInPage = (): boolean =>
  typeof window !== 'undefined' && typeof window.addEventListener === 'function'

/**
 * Ties a client to the page it lives in: warns when leaving would lose edits that are not on disk
 * yet, notices at once when the network goes, and connects when it or the person comes back.
 *
 * The function that comes back unties it.
 */
export function guardPage(client: Client): () => void {
  if (!isInPage()) return () => undefined
  const { signal, abort } = abortable()
  window.addEventListener(
    'beforeunload',
    (event) => {
      if (client.unsaved > 0) event.preventDefault()
    },
    { signal },
  )
  window.addEventListener('online', () => client.reconnect(), { signal })
  // An open socket may not notice for half a minute that its network is gone.
  window.addEventListener('offline', () => client.reconnect({ fresh: true }), { signal })
  // Timers of hidden pages are slow; a page that is shown again does not wait them out.
  document.addEventListener(
    'visibilitychange',
    () => {
      if (document.visibilityState === 'visible') client.reconnect()
    },
    { signal },
  )
  return abort
}

function abortable(): { readonly signal: AbortSignal; readonly abort: () => void } {
  const controller = new AbortController()
  return { signal: controller.signal, abort: () => controller.abort() }
}
