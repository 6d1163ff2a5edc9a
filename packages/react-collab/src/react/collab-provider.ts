import { createElement, type ReactElement, type ReactNode } from 'react'
import type { Client } from '../client.js'
import { aClient, checkPart } from '../argument.js'
import { ClientContext } from './context.js'

/** What a `CollabProvider` takes. */
export interface CollabProviderProps {
  readonly client: Client
  readonly children?: ReactNode
}

/**
 * Gives all hooks below it their client; one page may have several, and they share nothing.
 *
 * ```tsx
 * const client = createClient({ url: 'https://collab.example' })
 * createRoot(element).render(<CollabProvider client={client}><App /></CollabProvider>)
 * ```
 */
export function CollabProvider({ client, children }: CollabProviderProps): ReactElement {
  checkPart(client, 'status', `<CollabProvider client={…}> takes ${aClient}`)
  return createElement(ClientContext, { value: client }, children)
}
