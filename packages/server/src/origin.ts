import { UsageError } from '@react-collab/core'

/**
 * Makes the test of a connection's Origin header.
 *
 * Exact origins only: a browser enforces nothing on WebSockets, so this list is all that keeps a
 * foreign page from connecting as its visitor. No header means that it is no browser.
 *
 * Errors  `UsageError` for what is no origin
 */
export function createOriginTest(origins: readonly string[]): (origin: unknown) => boolean {
  origins.forEach(checkOrigin)
  // Looked at anew: where the port is any free one, its own origin is known once the server listens.
  return (origin) => origin === undefined || origins.some((text) => checkOrigin(text) === origin)
}

function checkOrigin(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (url !== undefined && url.origin === text.replace(/\/$/, '')) return url.origin
  throw new UsageError('ORIGIN', `${text} is no origin; write it like https://app.example`)
}
