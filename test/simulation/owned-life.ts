import {
  type CollabError,
  counter,
  defineSchema,
  list,
  marks,
  object as objectOf,
  type ObjectSpec,
  owned,
  ownerOf,
  ref,
  rowKey,
  rowName,
  shared,
  text,
  value,
} from '@react-collab/core'
import type { SharedObject } from 'react-collab/testing'
import { isWritable } from './branch-life.js'
import type { Device, SimTab } from './device.js'
import type { Made } from './oracle.js'
import { orRefused } from './or-refused.js'
import type { Random } from './random.js'

/** What objects hold where people own rows. */
export const ownedSpec: ObjectSpec = defineSchema({
  library: objectOf({
    name: value<string>(),
    phone: value<string>(),
    email: value<string>(),
    note: value<string>(),
    views: counter(),
    contacts: shared({
      name: value<string>(),
      phone: value<string>(),
      email: value<string>(),
      note: value<string>(),
      bio: text(),
      calls: counter(),
    }),
    tasks: list({ text: value<string>() }),
    marks: marks(),
    files: owned({ path: value<string>(), of: ref('contacts') }, { by: 'client' }),
  }),
}).objects.library

/** What the life of owners is made with. */
export interface OwnedLifeHost {
  readonly random: Random
  /** Notes an edit, and what it promised. */
  watch(by: string, object: SharedObject, last: number): void
  trace(text: string): void
  complain(text: string): void
}

/** What people do with rows of their own, and with those of others, in a run. */
export class OwnedLife {
  readonly #host: OwnedLifeHost
  /** The devices of each owner id, as far as they were seen: copies of a disk have the same. */
  readonly #owners = new Map<string, Set<string>>()
  #made = 0

  constructor(host: OwnedLifeHost) {
    this.#host = host
  }

  /** Somebody does something with files, now and then. */
  act(device: Device, tab: SimTab): void {
    const { random } = this.#host
    if (!random.chance(0.3) || tab.frozen || tab.closing || tab.objects.size === 0) return
    const object = random.pick([...tab.objects.values()])
    if (!object.ready || !isWritable(object)) return
    const owner = object.replica.ownership.own('client')
    this.#owners.set(owner, (this.#owners.get(owner) ?? new Set()).add(device.name))
    const dice = random.below(100)
    if (dice < 25) this.#addMany(tab, object)
    else if (dice < 40) this.#write(tab, object, 1, () => object.add('files', this.#file()))
    else if (dice < 65) this.#change(tab, object)
    else this.#steal(tab, object)
  }

  #file(): { id: string; path: string; of?: string } {
    const { random } = this.#host
    const id = `file ${this.#made++}`
    const mark = random.chance(0.02) ? 'refuse me ' : ''
    const file = { id, path: `${mark}${id}` }
    return random.chance(0.5) ? { ...file, of: `row${random.below(8)}` } : file
  }

  /** Many at once; now and then more than lie in one record, or go in one push. */
  #addMany(tab: SimTab, object: SharedObject): void {
    const { random } = this.#host
    const count = random.chance(0.15) ? 400 + random.below(300) : 1 + random.below(30)
    const isShared = random.chance(0.3)
    const rows = Array.from({ length: count }, () => {
      const { id, path } = this.#file()
      return isShared ? { id: `batch ${id}`, name: path } : { id: `batch ${id}`, path }
    })
    this.#write(tab, object, count, () => {
      object.createMany(isShared ? 'contacts' : 'files', rows)
      object.replica.editing.finish()
    })
  }

  /** The last `count` edits are what `make` made. */
  #write({ name }: SimTab, object: SharedObject, count: number, make: () => unknown): void {
    const { size } = object.replica.visible.pending
    orRefused(make)
    const made = object.replica.visible.pending.size - size
    if (made > 0) this.#host.trace(`${name} writes ${made} files in ${object.id}`)
    if (made > count) this.#host.complain(`${name}: ${made} edits instead of ${count}`)
    this.#host.watch(name, object, made)
  }

  #change(tab: SimTab, object: SharedObject): void {
    const { random } = this.#host
    const mine = this.#files(object).filter((id) => this.#isMine(object, id))
    if (mine.length === 0) return
    const id = random.pick(mine)
    const of = `row${random.below(8)}`
    const dice = random.below(3)
    this.#write(tab, object, 1, () => {
      if (dice === 0) return object.remove('files', id)
      return object.update('files', id, dice === 1 ? { of } : { path: `path ${this.#made++}` })
    })
  }

  #files({ replica }: SharedObject): string[] {
    return [...replica.visible.keys('files/')].map(rowName)
  }

  #isMine({ replica }: SharedObject, id: string): boolean {
    return replica.ownership.isMine(ownerOf(rowKeyOf(id)) ?? '', 'client')
  }

  /** Writes to a row of somebody else: as told off at the call, or as if an old word still held. */
  #steal(tab: SimTab, object: SharedObject): void {
    const { random } = this.#host
    const { ownership } = object.replica
    const theirs = this.#files(object).filter((id) => !this.#isMine(object, id))
    if (theirs.length === 0) return
    const id = random.pick(theirs)
    const owner = ownerOf(rowKeyOf(id)) as string
    if (random.chance(0.5)) {
      try {
        object.update('files', id, { path: 'stolen' })
        this.#host.complain(`${tab.name} may write ${id}`)
      } catch (error) {
        if ((error as CollabError).code !== 'NOT_OWNER') throw error
      }
      return
    }
    ownership.hear({ client: [owner], principal: [] })
    this.#write(tab, object, 1, () =>
      random.chance(0.3)
        ? object.remove('files', id)
        : object.update('files', id, { path: `stolen ${this.#made++}` }),
    )
    ownership.hear({ client: [], principal: [] })
  }

  /** At each moment no file is shown whose contact is not there. */
  check({ objects, name }: SimTab): void {
    for (const object of objects.values()) {
      if (!object.ready) continue
      for (const { of, id } of object.sorted('files').read()) {
        const isThere =
          typeof of !== 'string' || object.replica.visible.row(rowKey('contacts', of)) !== undefined
        if (!isThere) this.#host.complain(`${name} shows ${id as string}, an orphan`)
      }
    }
  }

  /** Whether an edit writes to a row that is not its author's. */
  isForged(patches: Made['patches'], by: string): boolean {
    return patches.some(([, key]) => {
      const devices = this.#owners.get(ownerOf(key) ?? '')
      return devices !== undefined && ![...devices].some((name) => by.startsWith(`${name}.`))
    })
  }
}

const rowKeyOf = (id: string): ReturnType<typeof rowKey> => `files/${id}` as never
