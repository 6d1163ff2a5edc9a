/** What this demo decides about its server; `npm start` gives it to the command line. */

/** Everyone may read and write every address book. Fine for a demo, and for nothing else. */
export const authorize = () => true

/**
 * Refuses what cannot be a phone number, so that a refused edit can be seen.
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
  return isRefused ? 'A phone number has no letters' : undefined
}
