/** Throws when a reader that said it has all has not. */
export function checkComplete(heard) {
  if (heard.missing !== 0) throw new Error(`${heard.missing} registers are missing`)
  return heard
}
