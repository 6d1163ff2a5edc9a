/** This project's text. */
import { joinOps, Text } from '@react-collab/core'

export class OurText {
  #text
  #writer

  constructor(replica, text = new Text()) {
    this.#text = text
    this.#writer = { replica, nextId: 1 }
  }

  /** Opens what `save` wrote, as another writer. */
  static load(replica, saved) {
    return new OurText(replica, new Text(saved))
  }

  /** Edits without telling anyone. */
  write(index, removed, inserted) {
    if (removed > 0) this.#text.remove(index, removed)
    if (inserted !== '') this.#text.insert(index, inserted, this.#writer)
  }

  /** Edits; gives what others have to hear. */
  edit(index, removed, inserted) {
    const deletes = removed > 0 ? this.#text.remove(index, removed) : []
    const inserts = inserted === '' ? [] : [this.#text.insert(index, inserted, this.#writer)]
    return { replica: this.#writer.replica, ops: { inserts, deletes } }
  }

  /** Takes in what another one told, with an index event for each change. */
  hear({ replica, ops }, changed) {
    if (!this.#text.apply(replica, ops, changed)) throw new Error('not applicable')
  }

  /** What one writer told, as one message. */
  static join(updates) {
    const { replica } = updates[0]
    const ops = joinOps(
      replica,
      updates.map((update) => update.ops),
    )
    return { replica, ops }
  }

  static bytes = ({ text, meta }) => Buffer.byteLength(text) + meta.length
  save = () => this.#text.encode()
  text = () => this.#text.toString()
  clone = (replica) => new OurText(replica, this.#text.clone())
}
