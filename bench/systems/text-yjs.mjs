/** The text of Yjs. */
import { applyUpdate, applyUpdateV2, Doc, encodeStateAsUpdateV2, mergeUpdates } from 'yjs'

export class YjsText {
  #doc = new Doc()
  #text = this.#doc.getText('text')
  #update
  #changed

  constructor(name) {
    // Clients are ordered by number; which of two comes first decides how long some merges take.
    this.#doc.clientID = name.charCodeAt(0)
    this.#doc.on('update', (update) => {
      this.#update = update
    })
    // The index event is made, not read: reading `delta` walks the text, and takes minutes.
    this.#text.observe((event) => this.#changed?.(event))
  }

  static load(name, saved) {
    const loaded = new YjsText(name)
    applyUpdateV2(loaded.#doc, saved)
    return loaded
  }

  write(index, removed, inserted) {
    if (removed > 0) this.#text.delete(index, removed)
    if (inserted !== '') this.#text.insert(index, inserted)
  }

  edit(index, removed, inserted) {
    this.#doc.transact(() => this.write(index, removed, inserted))
    return this.#update
  }

  hear(update, changed) {
    this.#changed = changed
    applyUpdate(this.#doc, update)
  }

  static join = (updates) => mergeUpdates(updates)
  static bytes = (saved) => saved.length
  save = () => encodeStateAsUpdateV2(this.#doc)
  text = () => this.#text.toJSON()
  clone = (name) => YjsText.load(name, this.save())
}
