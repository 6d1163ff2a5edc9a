import { hashText, type PeerName } from '@react-collab/core'
import type { Who } from './session-state.js'

/** The id that a browser signs in with stays between it and the server: others get its hash. */
export function publicName({
  client,
  principal,
}: Pick<Who, 'client' | 'principal'>): Omit<PeerName, 'tab'> {
  const hash = hashText(client)
  return { client: hash, principal: principal === client ? hash : principal }
}
