/**
 * What the object holds, in the shape that this script works with: who wrote which text, by property.
 *
 * Immutable; `with` gives another board.
 */
export class Board {
  #entries

  constructor(entries = new Map()) {
    this.#entries = entries
  }

  /** The entry of a property, `{ by, text }`; undefined where nobody has written. */
  get(property) {
    return this.#entries.get(property)
  }

  with(property, entry) {
    return new Board(new Map(this.#entries).set(property, entry))
  }

  [Symbol.iterator]() {
    return this.#entries[Symbol.iterator]()
  }
}

/** How an entry is written: `3:hello world 7` is the third client's. */
export const valueOf = ({ by, text }) => `${by}:${text}`

function entryOf(value) {
  const colon = value.indexOf(':')
  return { by: Number(value.slice(0, colon)), text: value.slice(colon + 1) }
}

/** Between the object's own fields, one for each property, and a board. */
export const boardConverter = {
  fromObject: (fields) =>
    new Board(new Map(Object.entries(fields).map(([name, value]) => [name, entryOf(value)]))),
  toObject: (board) =>
    Object.fromEntries([...board].map(([name, entry]) => [name, valueOf(entry)])),
}
