import { ProtocolError } from '../errors.js'

const digits = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'
/** Set in each digit of a number but the last. */
const MORE = 32
/** What each ASCII character stands for; 64 and above for none. */
const values = Uint8Array.from({ length: 128 }, (_, code) => {
  const value = digits.indexOf(String.fromCharCode(code))
  return value < 0 ? 255 : value
})

/**
 * Writes whole numbers as text, small ones in one character.
 *
 * Source  Base64 VLQ as source maps have it: five bits to a character, the lowest first
 */
export class NumberWriter {
  #text = ''

  /** Writes a safe integer that is not negative. */
  uint(value: number): void {
    let rest = value
    while (rest >= MORE) {
      this.#text += digits[(rest % MORE) + MORE]
      rest = Math.floor(rest / MORE)
    }
    this.#text += digits[rest]
  }

  /** Writes an integer of up to 52 bits, with its sign in the lowest one. */
  int(value: number): void {
    this.uint(value < 0 ? -value * 2 - 1 : value * 2)
  }

  /** All that was written. */
  finish(): string {
    return this.#text
  }
}

/** Reads what `NumberWriter` wrote; throws `BAD_REQUEST` at anything else. */
export class NumberReader {
  readonly #text: string
  #at = 0

  constructor(text: unknown) {
    this.#text = typeof text === 'string' ? text : bad('they are no text')
  }

  /** Reads an integer that is not negative. */
  uint(): number {
    const first = this.#digit()
    if (first < MORE) return first
    let value = first - MORE
    for (let place = MORE; ; place *= MORE) {
      const digit = this.#digit()
      value += (digit % MORE) * place
      if (value > Number.MAX_SAFE_INTEGER) bad('one is too large')
      if (digit < MORE) return value
    }
  }

  /** Reads an integer with a sign. */
  int(): number {
    const value = this.uint()
    return value % 2 === 1 ? -(value + 1) / 2 : value / 2
  }

  /** Tells whether all was read. */
  get isAtEnd(): boolean {
    return this.#at === this.#text.length
  }

  /** Throws unless all was read. */
  end(): void {
    if (!this.isAtEnd) bad('there are too many')
  }

  #digit(): number {
    const digit = values[this.#text.charCodeAt(this.#at++)]
    return digit === undefined || digit > 63 ? bad('they end too early, or are none') : digit
  }
}

function bad(what: string): never {
  throw new ProtocolError('BAD_REQUEST', `the numbers of a page cannot be read: ${what}`)
}
