import { StorageError } from '../errors.js'

/** Writes bytes and numbers, small ones in few bytes. */
export class ByteWriter {
  #bytes = new Uint8Array(256)
  #length = 0

  /** Writes a byte. */
  byte(value: number): void {
    if (this.#length === this.#bytes.length) {
      const wider = new Uint8Array(this.#length * 2)
      wider.set(this.#bytes)
      this.#bytes = wider
    }
    this.#bytes[this.#length++] = value
  }

  /** Writes a safe integer that is not negative (LEB128). */
  uint(value: number): void {
    let rest = value
    while (rest > 127) {
      this.byte((rest % 128) + 128)
      rest = Math.floor(rest / 128)
    }
    this.byte(rest)
  }

  /** Writes an integer of up to 52 bits, with its sign in the lowest one. */
  int(value: number): void {
    this.uint(value < 0 ? -value * 2 - 1 : value * 2)
  }

  /** Writes ASCII characters, a byte each. */
  ascii(text: string): void {
    for (let i = 0; i < text.length; i++) this.byte(text.charCodeAt(i))
  }

  /** All that was written. */
  finish(): Uint8Array {
    return this.#bytes.slice(0, this.#length)
  }
}

/** Reads what `ByteWriter` wrote; throws `CORRUPT` at anything else. */
export class ByteReader {
  readonly #bytes: Uint8Array
  #at = 0

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes
  }

  /** Tells whether all was read. */
  get isAtEnd(): boolean {
    return this.#at === this.#bytes.length
  }

  /** Reads a byte. */
  byte(): number {
    const value = this.#bytes[this.#at++]
    return value ?? corrupt('it ends too early')
  }

  /** Reads an integer that is not negative. */
  uint(): number {
    let value = 0
    let place = 1
    for (;;) {
      const byte = this.byte()
      value += (byte & 127) * place
      if (byte < 128) return Number.isSafeInteger(value) ? value : corrupt('a number is too large')
      place *= 128
    }
  }

  /** Reads an integer with a sign. */
  int(): number {
    const value = this.uint()
    return value % 2 === 1 ? -(value + 1) / 2 : value / 2
  }

  /** Reads ASCII characters. */
  ascii(length: number): string {
    let text = ''
    for (let i = 0; i < length; i++) text += String.fromCharCode(this.byte())
    return text
  }
}

/** Says that the elements of a stored text cannot be read. */
export function corrupt(what: string): never {
  throw new StorageError('CORRUPT', `the elements of a text cannot be read: ${what}`)
}
