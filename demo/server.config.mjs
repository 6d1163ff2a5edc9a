/** What this demo decides about its server; `npm start` gives it to the command line. */
import { defineSchema, derived, local, object, owned, shared } from 'react-collab'

const LONGEST_TODO = 200

/**
 * Whose rows are whose in the library. The server asks for the kinds of collections, and for nothing that is
 * in them: those of library/src/schema.ts, as a test makes sure.
 */
export const schema = defineSchema({
  library: object({
    devices: owned({}, { by: 'client' }),
    files: owned({}, { by: 'client' }),
    tags: shared({}),
    albums: shared({}),
    tagged: shared({}),
    collected: shared({}),
    contents: derived('files', { key: () => undefined, reduce: () => undefined }),
    view: local({}),
  }),
})

/** Whoever says who they are is believed: fine for a demo, and for nothing else. */
export const authenticate = (token, { client }) => token ?? client

/** Everyone may read, write and remove everything. Fine for a demo, and for nothing else. */
export const authorize = ({ action }) => (action === 'remove' ? 'remove' : true)

/**
 * Refuses what cannot be a phone number, and long stories for todos, so that a refused edit can be seen.
 *
 * Whoever wrote it keeps it, with this reason, and decides what becomes of it.
 */
export function guard([, , patches]) {
  const isRefused = patches.some(
    ([kind, row, field, value]) =>
      kind === '=' &&
      field === 'phone' &&
      row.startsWith('contacts/') &&
      /\p{L}/u.test(String(value)),
  )
  if (isRefused) return 'A phone number has no letters'
  const isLong = patches.some(
    ([kind, row, field, value]) =>
      kind === '=' &&
      field === 'text' &&
      row.startsWith('todos/') &&
      String(value).length > LONGEST_TODO,
  )
  return isLong ? `A todo has at most ${LONGEST_TODO} characters` : undefined
}
