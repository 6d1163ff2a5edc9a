/** Digits of keys, in the order of their characters. */
export const DIGITS = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'

/** The head of a counter that has no digits; none is written, but it divides the two signs. */
const ZERO = 30
/** More digits than a list will ever need, and few enough that a counter stays exact. */
const MOST_DIGITS = 8

const digitAt = (text: string, at: number): number => DIGITS.indexOf(text.charAt(at))

/**
 * Writes an integer so that the order of the texts is the order of the numbers.
 *
 * The first character tells sign and number of digits; those of a negative number are turned round.
 */
export function counterText(counter: number): string {
  const isNegative = counter < 0
  let rest = isNegative ? -counter - 1 : counter
  let text = ''
  do {
    const digit = rest % 62
    text = DIGITS.charAt(isNegative ? 61 - digit : digit) + text
    rest = Math.floor(rest / 62)
  } while (rest > 0)
  return DIGITS.charAt(isNegative ? ZERO - text.length : ZERO + text.length) + text
}

/** How many characters the counter at this place takes; 0 where none can be. */
export function counterLength(text: string, at: number): number {
  const digits = Math.abs(digitAt(text, at) - ZERO)
  const isOne = digits >= 1 && digits <= MOST_DIGITS && at + digits < text.length
  return isOne ? 1 + digits : 0
}

/** Reads the counter at this place. */
export function readCounter(text: string, at: number): number {
  const end = at + counterLength(text, at)
  const isNegative = digitAt(text, at) < ZERO
  let counter = 0
  for (let i = at + 1; i < end; i++) {
    const digit = digitAt(text, i)
    counter = counter * 62 + (isNegative ? 61 - digit : digit)
  }
  return isNegative ? -counter - 1 : counter
}
