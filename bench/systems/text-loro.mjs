/** The text of Loro, in one commit: it makes no event for each edit. */
import { LoroDoc } from 'loro-crdt'

export class LoroText {
  #doc = new LoroDoc()
  #text = this.#doc.getText('text')

  static load(_, saved) {
    const loaded = new LoroText()
    loaded.#doc.import(saved)
    return loaded
  }

  write(index, removed, inserted) {
    if (removed > 0) this.#text.delete(index, removed)
    if (inserted !== '') this.#text.insert(index, inserted)
  }

  static bytes = (saved) => saved.length
  text = () => this.#text.toString()

  save() {
    this.#doc.commit()
    return this.#doc.export({ mode: 'snapshot' })
  }
}
