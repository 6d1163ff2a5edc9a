/**
 * Hashes text to 53 bits, written as 11 base36 characters.
 *
 * Tells whether a resent event is the one that was logged under its number. It guards an honest
 * client against a copied disk, not against an attacker, who can only reuse his own numbers.
 * Source  the finalizer is that of MurmurHash3 (Appleby), over two lanes of 32 bits
 */
export function hashText(text: string): string {
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
  return (high * 0x1_0000_0000 + (a >>> 0)).toString(36).padStart(11, '0')
}

function mix(lane: number): number {
  let h = lane
  h = Math.imul(h ^ (h >>> 16), 0x85eb_ca6b)
  h = Math.imul(h ^ (h >>> 13), 0xc2b2_ae35)
  return h ^ (h >>> 16)
}
