/** What the server of these tests decides; its command line gets the compiled file. */
import type { Authorize, Guard } from '@react-collab/server'
import { forbidden } from './edits.js'

export const authorize: Authorize = () => true

export const guard: Guard = ([, , patches]) =>
  patches.some((patch) => patch[0] === '=' && patch[3] === forbidden) ? 'as asked' : undefined
