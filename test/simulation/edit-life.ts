import type { CollabError } from '@react-collab/core'
import { type FieldPath, listOf, marksOf, type SharedObject } from 'react-collab/testing'
import { isWritable } from './branch-life.js'
import type { SimTab } from './device.js'
import { type EditWatch, newestOf } from './edit-watch.js'
import { orRefused } from './or-refused.js'
import type { Random } from './random.js'
import type { Timeline } from './timeline.js'

/** What the life of edits is made with. */
export interface EditLifeHost {
  readonly random: Random
  /** Chooses when marks are set; some seeds have none. */
  readonly marking: Random | undefined
  readonly timeline: Timeline
  readonly watch: EditWatch
  trace(text: string): void
  complain(text: string): void
}

/** What is to be written. */
interface Draft {
  readonly dice: number
  readonly id: string
  readonly field: string
  readonly value: string
  readonly name: string
}

/** Takes what a write has promised. */
type Write = (written: unknown) => void

const FIELDS = ['name', 'phone', 'email', 'note']
/** Three of these do not fit in one event. */
const LARGE = 'x'.repeat(50_000)

/** What people write: fields, rows, texts, lists, counters, and what a server refuses. */
export class EditLife {
  readonly #host: EditLifeHost
  /** How many edits were made. */
  edits = 0

  constructor(host: EditLifeHost) {
    this.#host = host
  }

  /** Somebody edits what a tab shows: once, or many times, at once or as fast as a person types. */
  act(tab: SimTab): void {
    if (tab.frozen || tab.closing || tab.objects.size === 0) return
    const object = this.#host.random.pick([...tab.objects.values()])
    if (!isWritable(object)) return
    const count = this.#host.random.chance(0.25) ? 2 + this.#host.random.below(30) : 1
    // As a person types: then some are on their way while others are made.
    const gapMs = this.#host.random.chance(0.5) ? 0 : this.#host.random.below(100)
    for (let i = 0; i < count; i++) {
      if (i * gapMs === 0) this.#editOnce(tab, object)
      else this.#host.timeline.at(i * gapMs, () => this.#typeOn(tab, object))
    }
  }

  #typeOn(tab: SimTab, object: SharedObject): void {
    const isShown = tab.alive && !tab.frozen && tab.objects.get(object.id) === object
    if (isShown && !tab.closing && isWritable(object)) this.#editOnce(tab, object)
  }

  #editOnce({ name }: SimTab, object: SharedObject): void {
    const { random, watch } = this.#host
    const dice = random.below(100)
    const id = `row${random.below(8)}`
    const mark = random.chance(dice < 15 ? 0.2 : 0.01) ? 'refuse me ' : ''
    const value = `${mark}${name}-${this.edits++}`
    const field = random.pick(FIELDS)
    const before = newestOf(object)
    const write: Write = (written) => watch.edit(name, object, written, before)
    this.#host.trace(`${name} writes ${value} in ${object.id}`)
    orRefused(() => this.#make(object, { dice, id, field, value, name }, write))
  }

  #make(object: SharedObject, { dice, id, field, value, name }: Draft, write: Write): void {
    const { random } = this.#host
    if (dice < 15) {
      // A row of its own, and edits that stand and fall with it.
      const own = `row ${value}`
      write(object.add('contacts', { id: own, name: value }))
      if (random.chance(0.5)) write(object.update('contacts', own, { [field]: `${name} again` }))
      if (random.chance(0.2)) write(object.remove('contacts', own))
    } else if (dice < 16) {
      this.#overdo(object, id, { name: LARGE + value, phone: LARGE, email: LARGE })
    } else if (dice < 56) write(object.update('contacts', id, { [field]: value }))
    else if (dice < 71) write(object.add('contacts', { id, name: value, phone: value }))
    else if (dice < 80) write(object.remove('contacts', id))
    else if (dice < 89) write(object.restore('contacts', id))
    else if (dice < 91) write(object.change({ [field]: value }))
    else if (dice < 93) write(this.#arrange(object, value, dice))
    else if (dice < 97) this.#type(object, ['contacts', id, 'bio'], value, write)
    else if (dice < 98) write(object.counter(['contacts', id, 'calls']).add(dice))
    else write(object.counter('views').add(-dice))
  }

  /** Writes more than one event can hold, which is refused at the call. */
  #overdo(object: SharedObject, id: string, fields: Readonly<Record<string, string>>): void {
    try {
      object.update('contacts', id, fields)
      this.#host.complain('an edit that no event can hold was taken')
    } catch (error) {
      if ((error as CollabError).code !== 'PAYLOAD_TOO_LARGE') throw error
    }
  }

  /** Puts an item into a list, or moves one or two. */
  #arrange(object: SharedObject, value: string, dice: number): unknown {
    const list = listOf(object, 'tasks')
    const { length } = list.items
    const at = value.length % (length + 1)
    if (length < 6 || dice === 91) return list.insert(at, { text: value })
    return list.move(at % (length - 1), value.length % (length - 1), 2)
  }

  /** Types a little, or deletes a little, somewhere in a text. */
  #type(object: SharedObject, path: FieldPath, value: string, write: Write): void {
    const text = object.text(path)
    if (!object.ready) return
    const at = value.length % (text.length + 1)
    const isDeletion = text.length > 60
    if (text.length > 0 && this.#host.marking?.chance(0.5) === true)
      write(marksOf(object, path).toggle(0, text.length, 'bold'))
    write(text.splice(at, isDeletion ? text.length - at : 0, isDeletion ? '' : value))
  }
}
