import {
  counter,
  defineSchema,
  isDeleted,
  list,
  marks,
  object as objectOf,
  type ObjectId,
  type ObjectState,
  type RowKey,
  type Schema,
  shared,
  text,
  value,
} from '@react-collab/core'
import type { LocalStore, RowWindow, SharedObject } from 'react-collab/testing'
import { comparePlaces, placeIn, windowingOf } from 'react-collab/testing'
import { isWritable } from './branch-life.js'
import type { Device, SimTab } from './device.js'
import { orRefused } from './or-refused.js'
import type { Random } from './random.js'

const PREFIX = 'people/'
const FIELDS = ['name', 'at'] as const

/** What objects hold where a collection is windowed. */
export const windowedSchema: Schema = defineSchema({
  book: objectOf({
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
    people: shared({ name: value<string>(), at: value<number>() }, { windowed: FIELDS }),
  }),
})

/** What the life of windows is made with. */
export interface WindowLifeHost {
  readonly random: Random
  /** Notes an edit, and what it promised. */
  watch(by: string, object: SharedObject, last: number): void
  trace(text: string): void
  complain(text: string): void
}

interface Shown {
  readonly all: RowWindow
  readonly part: RowWindow
}

/** What people do with a collection that is read as it is shown, in a run. */
export class WindowLife {
  readonly #host: WindowLifeHost
  readonly #shown = new Map<SharedObject, Shown>()
  #made = 0

  constructor(host: WindowLifeHost) {
    this.#host = host
  }

  /** A tab begins to show an object. */
  opened(object: SharedObject): void {
    if (this.#shown.has(object) || object.id.includes('!')) return
    const all = object.window('people', { orderBy: 'name' })
    const part = object.window('people', { orderBy: 'at', descending: true })
    all.want(0, 10_000)
    part.want(this.#host.random.below(5), 4, this.#host.random.below(3))
    for (const window of [all, part]) window.subscribe(() => undefined)
    this.#shown.set(object, { all, part })
  }

  /** Somebody does something with people, now and then. */
  act(_device: Device, tab: SimTab): void {
    const { random } = this.#host
    if (!random.chance(0.4) || tab.frozen || tab.closing || tab.objects.size === 0) return
    const object = random.pick([...tab.objects.values()])
    if (!object.ready || !isWritable(object)) return
    if (object.id.includes('!')) return
    if (random.chance(0.2)) return this.#shown.get(object)?.part.want(random.below(9), 4)
    const { size } = object.replica.visible.pending
    orRefused(() => this.#write(object))
    const made = object.replica.visible.pending.size - size
    this.#host.trace(`${tab.name} writes ${made} people in ${object.id}`)
    this.#host.watch(tab.name, object, made)
  }

  #write(object: SharedObject): void {
    const { random } = this.#host
    const id = `p${random.below(12)}`
    const dice = random.below(100)
    if (dice < 25) object.add('people', { id, ...this.#person() })
    else if (dice < 45) object.update('people', id, { name: this.#person().name })
    else if (dice < 65) object.update('people', id, { at: random.below(6) })
    else if (dice < 78) object.remove('people', id)
    else if (dice < 90) object.restore('people', id)
    else {
      const rows = Array.from({ length: 1 + random.below(40) }, () => ({
        id: `many ${this.#made++}`,
        ...this.#person(),
      }))
      object.createMany('people', rows)
    }
  }

  #person(): { name: string; at: number } {
    const { random } = this.#host
    const mark = random.chance(0.05) ? 'refuse me ' : ''
    return {
      name: `${mark}${random.pick(['Ada', 'ben', 'item 9', 'item 10'])}`,
      at: this.#made++ % 7,
    }
  }

  /** Takes people out of a state: no state in memory has them. */
  static without({ rows, vv }: ObjectState): ObjectState {
    return { rows: new Map([...rows].filter(([key]) => !key.startsWith(PREFIX))), vv }
  }

  /** Each window shows what one would see who had all rows of the log in memory. */
  checkEnd(
    tabs: readonly SimTab[],
    logs: ReadonlyMap<ObjectId, { readonly state: ObjectState }>,
  ): void {
    for (const { name, objects } of tabs)
      for (const [id, object] of objects) {
        const state = logs.get(id)?.state
        const shown = this.#shown.get(object)
        if (state === undefined || shown === undefined) continue
        const expected = sorted(id, state, 'name')
        const all = shown.all.read()
        this.#compare(`${name}: people of ${id}`, expected, (all?.rows ?? []).map(keyOf))
        if (all?.total !== expected.length)
          this.#host.complain(`${name}: ${all?.total} people of ${id}, not ${expected.length}`)
        const part = shown.part.read()
        const last = sorted(id, state, 'at').toReversed()
        const rows = (part?.rows ?? []).map(keyOf)
        const start = part?.start ?? 0
        this.#compare(`${name}: some people of ${id}`, last.slice(start, start + rows.length), rows)
        this.#checkRows(`${name}: ${id}`, object, state)
      }
  }

  #checkRows(where: string, object: SharedObject, state: ObjectState): void {
    for (const row of this.#shown.get(object)?.all.read()?.rows ?? []) {
      const values = state.rows.get(keyOf(row))?.values
      if (values?.['name'] === row['name'] && values?.['at'] === row['at']) continue
      this.#host.complain(`${where} shows ${JSON.stringify(row)}, not ${JSON.stringify(values)}`)
    }
  }

  /** The disk of a device has the rows of the log, in their orders. */
  async checkDisk(
    name: string,
    store: LocalStore,
    id: ObjectId,
    state: ObjectState,
  ): Promise<void> {
    for (const field of FIELDS) {
      const query = { prefix: PREFIX, field, start: 0, count: 10_000, fromEnd: false }
      const { rows } = await store.readWindow(id, query)
      const keys = rows.map(({ place }) => place[6])
      this.#compare(`the disk of ${name}: people by ${field}`, sorted(id, state, field), keys)
    }
  }

  #compare(what: string, expected: readonly RowKey[], is: readonly RowKey[]): void {
    if (expected.join() === is.join()) return
    this.#host.complain(`${what} are ${is.join(' ')}, not ${expected.join(' ')}`)
  }
}

/** How the collection lies on a disk. */
export const windowing: ReturnType<typeof windowingOf> = windowingOf(windowedSchema.objects)

const keyOf = (row: { readonly [field: string]: unknown }): RowKey =>
  `${PREFIX}${encodeURIComponent(String(row['id']))}` as RowKey

function sorted(id: ObjectId, { rows }: ObjectState, field: string): RowKey[] {
  return [...rows]
    .filter(([key, row]) => key.startsWith(PREFIX) && !isDeleted(row))
    .map(([key, row]) => placeIn([id, 1], field, key, row))
    .sort(comparePlaces)
    .map((place) => place[6])
}
