import { UsageError } from 'react-collab'

/** What a field holds at most: a value's limit. */
const MOST_BYTES = 65_536

const bytesOf = (text: string): number => new TextEncoder().encode(text).length

/** Says why a text cannot be stored, if it is known before it is tried. */
export function lengthProblem(text: string): string | undefined {
  const bytes = text.length * 3 <= MOST_BYTES ? 0 : bytesOf(text)
  if (bytes <= MOST_BYTES) return undefined
  const kib = Math.ceil(bytes / 1024)
  return `Too long: this is ${kib} KiB of text, and a field holds 64. It is not saved: it stays here until it is shorter.`
}

/** Says why a text was not taken; what is no such error is thrown on. */
export function textProblem(error: unknown, text: string): string {
  if (!(error instanceof UsageError)) throw error
  return lengthProblem(text) ?? `This cannot be saved: ${error.message.replace(/^[A-Z_]+: /, '')}`
}
