/** UTF-16 units of one insert; more are several, so that an event can hold each. */
const MOST_UNITS = 16_384

/** Cuts text into pieces that an event can hold, and no surrogate pair in two. */
export function textPieces(text: string): string[] {
  const pieces: string[] = []
  for (let at = 0; at < text.length; ) {
    const end = Math.min(at + MOST_UNITS, text.length)
    const isPair = end < text.length && /[\uD800-\uDBFF]/.test(text.charAt(end - 1))
    pieces.push(text.slice(at, isPair ? end + 1 : end))
    at = isPair ? end + 1 : end
  }
  return pieces
}
