import { checkRegister } from '../event.js'
import type { Json } from '../json.js'
import { NumberReader, NumberWriter } from './number-text.js'

/** The values of one field, row by row; where many rows share few, each is told once. */
export interface ValueColumn {
  readonly values: readonly Json[]
  /** Of each row the place of its value in `values`; left out where that is its own. */
  readonly at?: string
}

/** Packs values: scalars that many rows share once. */
export function packColumn(values: readonly Json[]): ValueColumn {
  const places = new Map<Json, number>()
  const at = new NumberWriter()
  for (let i = 0; i < values.length; i++) {
    const value = values[i] as Json
    let place = places.get(value)
    if (place === undefined) {
      place = places.size
      // The most columns that do not pay are known as such after some rows.
      if (place > 64 + i / 4 || (typeof value === 'object' && value !== null)) return { values }
      places.set(value, place)
    }
    at.uint(place)
  }
  if (places.size * 2 > values.length) return { values }
  return { values: [...places.keys()], at: at.finish() }
}

/** Reads a column of a page that came from elsewhere; throws what `checkRegister` throws, or `BAD_REQUEST`. */
export class ColumnReader {
  readonly #values: readonly Json[]
  readonly #at: NumberReader | undefined
  #row = 0

  constructor(field: string, values: readonly unknown[], at: unknown) {
    this.#values = values.map((value) => checkRegister(field, value))
    this.#at = at === undefined ? undefined : new NumberReader(at)
  }

  /** The value of the next row; undefined where there is none. */
  next(): Json | undefined {
    return this.#values[this.#at === undefined ? this.#row++ : this.#at.uint()]
  }

  /** Tells whether all was read. */
  get isAtEnd(): boolean {
    return this.#at === undefined ? this.#row === this.#values.length : this.#at.isAtEnd
  }
}
