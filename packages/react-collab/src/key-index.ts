import { prefixOf, type RowKey } from '@react-collab/core'

interface Collection {
  readonly prefix: string
  readonly keys: Set<RowKey>
}

/** The keys of rows by collection, in no order that means anything. */
export class KeyIndex {
  readonly #collections = new Map<string, Collection>()
  /** The collection of the key that was added last. */
  #last: Collection = { prefix: '', keys: new Set() }

  add(key: RowKey): void {
    const { prefix } = this.#last
    // Most rows lie in the collection of the one before; the root lies in none.
    if (prefix === '' || !key.startsWith(prefix)) this.#last = this.#collectionOf(prefixOf(key))
    this.#last.keys.add(key)
  }

  #collectionOf(prefix: string): Collection {
    const known = this.#collections.get(prefix)
    if (known !== undefined) return known
    const collection = { prefix, keys: new Set<RowKey>() }
    this.#collections.set(prefix, collection)
    return collection
  }

  /** The keys of one collection, which begin with `prefix`. */
  of(prefix: string): ReadonlySet<RowKey> {
    return this.#collections.get(prefix)?.keys ?? none
  }

  /** What the keys of each collection begin with. */
  get prefixes(): Iterable<string> {
    return this.#collections.keys()
  }
}

const none: ReadonlySet<never> = new Set()
