import { createClient } from 'react-collab'

const PROPERTIES = 100

/** The name of a property: `property-001` to `property-100`. */
const propertyName = (index) => `property-${String(index + 1).padStart(3, '0')}`

/** Who wrote a value; every value begins with the number of its writer. */
export const writerOf = (value) => (value === undefined ? undefined : Number(value.split(':')[0]))

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
  #client
  #object
  #open
  #seen = {}
  #timer
  #unconfirmed = 0

  constructor(number, { url, objectId }) {
    this.#number = number
    this.#client = createClient({ url, store: 'memory' })
    this.#open = this.#client.open(objectId)
    this.#object = this.#open.object
    this.#object.subscribe(() => this.#look())
  }

  get number() {
    return this.#number
  }

  /** The properties as this client shows them, in order of their names. */
  get properties() {
    const byName = Object.entries(this.#object.get() ?? {})
    return Object.fromEntries(byName.sort(([a], [b]) => (a < b ? -1 : 1)))
  }

  get isSynced() {
    const { state, unsent } = this.#client.status
    return state === 'synced' && unsent === 0
  }

  /** How its edits stand, for an error message. */
  get status() {
    return this.#client.status
  }

  start(everyMs) {
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
    const value = `${this.#number}:hello world ${this.made}`
    const write = { property, value, over: this.#object.get()?.[property] }
    this.made += 1
    this.#unconfirmed += 1
    this.writes.push(write)
    this.#object
      .change({ [property]: value })
      .server.then(
        (seq) => {
          write.seq = seq
          write.standing = writerOf(this.#object.get()?.[property])
        },
        () => (this.refused += 1),
      )
      .finally(() => (this.#unconfirmed -= 1))
  }

  /** Counts the foreign values that have come since the last look. */
  #look() {
    const now = this.#object.get() ?? {}
    for (const [property, value] of Object.entries(now)) {
      if (value !== this.#seen[property] && writerOf(value) !== this.#number) this.received += 1
    }
    this.#seen = now
  }
}
