import type { Json } from '@react-collab/core'

/** What is longer is cut; the entries have it whole. */
const MOST_CHARS = 200

/** Names that need no quotes. */
const plainName = /^[\p{L}\p{N}_$.-]+$/u

/** What a terminal may take for orders, or show in another order. */
const unsafe = /[\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/g

/** A value in one line, whatever it holds; `nothing` where there is none. */
export function valueWords(value: Json | undefined): string {
  if (value === undefined) return 'nothing'
  const text = JSON.stringify(value)
  const isLong = text.length > MOST_CHARS
  return isLong ? `${text.slice(0, MOST_CHARS)}… (${text.length} characters)` : text
}

/** The name of a field or of a list, in quotes where it could be taken for something else. */
export const nameWords = (name: string): string =>
  plainName.test(name) ? name : JSON.stringify(name)

/** Text that a terminal shows as it is; JSON stays the same JSON. */
export const safe = (text: string): string =>
  text.replaceAll(unsafe, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`)
