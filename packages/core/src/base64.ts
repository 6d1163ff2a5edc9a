const digits = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'
const shape = /^[\w-]*$/

/** Writes bytes as base64url without padding (RFC 4648 §5); core has neither `btoa` nor `Buffer`. */
export function base64FromBytes(bytes: Uint8Array): string {
  let text = ''
  for (let i = 0; i < bytes.length; i += 3) {
    const left = Math.min(3, bytes.length - i)
    const group = ((bytes[i] as number) << 16) | ((bytes[i + 1] ?? 0) << 8) | (bytes[i + 2] ?? 0)
    for (let k = 0; k <= left; k++) text += digits[(group >> (18 - 6 * k)) & 63]
  }
  return text
}

/** Reads base64url; undefined where `text` is not in that form. */
export function bytesFromBase64(text: string): Uint8Array | undefined {
  if (!shape.test(text) || text.length % 4 === 1) return undefined
  const bytes = new Uint8Array(Math.floor((text.length * 3) / 4))
  let group = 0
  let at = 0
  for (let i = 0; i < text.length; i++) {
    group = ((group << 6) | digits.indexOf(text.charAt(i))) & 0xff_ffff
    if (i % 4 > 0) bytes[at++] = (group >> (6 - 2 * (i % 4))) & 0xff
  }
  return bytes
}
