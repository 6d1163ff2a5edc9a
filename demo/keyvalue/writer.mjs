import { convert, createClient } from 'react-collab'
import { Board, boardConverter, valueOf } from './board.mjs'

const PROPERTIES = 100

/** The name of a property: `property-001` to `property-100`. */
const propertyName = (index) => `property-${String(index + 1).padStart(3, '0')}`

/**
 * One client that writes random properties of an object, and counts what happens.
 *
 * A conflict is a foreign write to a property that this client had an unconfirmed write for: it had
 * not seen the foreign value when it wrote, and the log has it first. It is won if the own value
 * stands when the own write is confirmed.
 */
export class Writer {
  made = 0
  received = 0
  refused = 0
  /** Own writes: what was seen when they were made, where they came in the log, who stood then. */
  writes = []
  #number
  #objectId
  #client
  #open
  #board
  #seen = new Board()
  #timer
  #unconfirmed = 0

  constructor(number, { url, objectId }) {
    this.#number = number
    this.#objectId = objectId
    this.#client = createClient({ url, store: 'memory' })
    this.#open = this.#client.open(objectId)
    this.#board = convert(this.#open.object, boardConverter)
    this.#board.subscribe(() => this.#look())
  }

  get number() {
    return this.#number
  }

  /** The properties as this client shows them, in order of their names. */
  get properties() {
    const byName = Object.entries(boardConverter.toObject(this.#shown))
    return Object.fromEntries(byName.sort(([a], [b]) => (a < b ? -1 : 1)))
  }

  get #shown() {
    return this.#board.value ?? new Board()
  }

  get isSynced() {
    const { state, unsent } = this.#client.status
    return state === 'synced' && unsent === 0
  }

  get isOnline() {
    return this.#client.connection.status === 'online'
  }

  /** Why it is not online. */
  get problem() {
    return this.#client.connection.message ?? this.#client.connection.status
  }

  /** How its edits stand, for an error message. */
  get status() {
    return this.#client.status
  }

  async start(everyMs) {
    await this.#client.loaded(this.#objectId)
    this.#timer = setInterval(() => this.#write(), everyMs)
  }

  stop() {
    clearInterval(this.#timer)
  }

  /** Whether the server has answered every write. */
  get isConfirmed() {
    return this.#unconfirmed === 0
  }

  async end() {
    this.#open.close()
    await this.#client.close()
  }

  #write() {
    const property = propertyName(Math.floor(Math.random() * PROPERTIES))
    const entry = { by: this.#number, text: `hello world ${this.made}` }
    const before = this.#shown.get(property)
    const write = { property, value: valueOf(entry), over: before && valueOf(before) }
    this.made += 1
    this.#unconfirmed += 1
    this.writes.push(write)
    this.#board
      .set((board) => board.with(property, entry))
      .server.then(
        (seq) => {
          write.seq = seq
          write.standing = this.#shown.get(property)?.by
        },
        () => (this.refused += 1),
      )
      .finally(() => (this.#unconfirmed -= 1))
  }

  /** Counts the foreign values that have come since the last look. */
  #look() {
    const now = this.#shown
    for (const [property, { by, text }] of now) {
      const seen = this.#seen.get(property)
      const isNew = seen?.by !== by || seen.text !== text
      if (isNew && by !== this.#number) this.received += 1
    }
    this.#seen = now
  }
}
