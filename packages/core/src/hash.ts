import { base36, pairAt } from './stamp.js'

/**
 * Hashes text to 53 bits, written as 11 base36 characters.
 *
 * Tells whether a resent event is the one that was logged under its number. It guards an honest
 * client against a copied disk, not against an attacker, who can only reuse his own numbers.
 * Source  the finalizer is that of MurmurHash3 (Appleby), over two lanes of 32 bits
 */
export const hashText = (text: string): string => write(hashBits(text))

/** Hashes text to a number of 53 bits, of which the lower 32 are as good as any. */
export function hashBits(text: string): number {
  let a = 0x9e37_79b9
  let b = 0x85eb_ca6b
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i)
    a = Math.imul(a ^ unit, 0x9e37_79b1)
    b = Math.imul(b ^ unit, 0xc2b2_ae35)
    a = (a << 13) | (a >>> 19)
    b = (b << 15) | (b >>> 17)
  }
  a = mix(a ^ text.length) ^ mix(b)
  b = mix(b ^ text.length) ^ mix(a)
  const high = (b >>> 0) & 0x1f_ffff
  return high * 0x1_0000_0000 + (a >>> 0)
}

/** Tells whether a value looks like a hash of `hashText`. */
export const isHash = (value: unknown): value is string =>
  typeof value === 'string' && /^[0-9a-z]{11}$/.test(value)

const FIVE_DIGITS = 36 ** 5

/** Writes 53 bits, as `base36(value, 11)` does: two digits at a time, and with small integers. */
function write(value: number): string {
  let front = Math.floor(value / FIVE_DIGITS)
  let back = value - front * FIVE_DIGITS
  // The division may round up to the next integer.
  if (back < 0) {
    front -= 1
    back += FIVE_DIGITS
  }
  const middle = Math.floor(front / 1296)
  const rest = Math.floor(back / 1296)
  return (
    pairAt(Math.floor(middle / 1296)) +
    pairAt(middle % 1296) +
    pairAt(front % 1296) +
    base36(Math.floor(rest / 1296), 1) +
    pairAt(rest % 1296) +
    pairAt(back % 1296)
  )
}

function mix(lane: number): number {
  let h = lane
  h = Math.imul(h ^ (h >>> 16), 0x85eb_ca6b)
  h = Math.imul(h ^ (h >>> 13), 0xc2b2_ae35)
  return h ^ (h >>> 16)
}
