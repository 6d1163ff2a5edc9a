/** The text of json-joy. */
import { createRequire } from 'node:module'

// It is CommonJS, and its exports name no files.
const load = createRequire(import.meta.url)
const { Model } = load('json-joy/lib/json-crdt')
const { Patch, s } = load('json-joy/lib/json-crdt-patch')

/** All of them write to the same text. */
const empty = Model.create(s.str(''), 65_537).toBinary()

export class JsonJoyText {
  #model
  #text

  constructor(name, model = Model.load(empty, sessionOf(name))) {
    this.#model = model
    this.#text = model.api.str([])
  }

  static load(name, saved) {
    return new JsonJoyText(name, Model.load(saved, sessionOf(name)))
  }

  write(index, removed, inserted) {
    if (removed > 0) this.#text.del(index, removed)
    if (inserted !== '') this.#text.ins(index, inserted)
  }

  edit(index, removed, inserted) {
    this.write(index, removed, inserted)
    return this.#model.api.flush().toBinary()
  }

  /** It tells that something changed, not where. */
  hear(update, changed) {
    this.#model.applyPatch(Patch.fromBinary(update))
    changed()
  }

  static bytes = (saved) => saved.length
  save = () => this.#model.toBinary()
  text = () => this.#text.view()
}

/** Sessions are numbers from 65,536 on. */
const sessionOf = (name) => 65_536 + name.charCodeAt(0)
