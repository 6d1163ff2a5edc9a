import type { CollabError } from '@react-collab/core'

/** Writes, unless it would stand on a creation alone that was refused: that is refused at the call. */
export function orRefused(write: () => unknown): void {
  try {
    write()
  } catch (error) {
    if ((error as CollabError).code !== 'DEPENDS_ON_REFUSED') throw error
  }
}
