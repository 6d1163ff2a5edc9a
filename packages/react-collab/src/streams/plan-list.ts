import {
  type Body,
  cut,
  type Data,
  difference,
  emptyRow,
  ITEM,
  type Json,
  listDifference,
  type Maybe,
  type NamedItem,
  type Part,
  PLACE,
  placeBlock,
  readRegister,
  type RowKey,
  UsageError,
} from '@react-collab/core'
import { indexIn, type Lane } from '../list/lane.js'
import { listSteps } from './list-steps.js'
import type { Plan } from './plan.js'
import { planFields } from './plan-fields.js'
import { fieldsIn, rowOf } from './plan-map.js'
import { fieldsOf, isShown } from './row-data.js'
import type { Entry, ListShelf } from './shelf.js'

/** An item as it is to stand in the list. */
interface Target {
  readonly key: RowKey
  /** It has to be put there. */
  readonly isPut: boolean
}

/** Plans what makes a list another. */
export class ListPlan {
  readonly #plan: Plan
  readonly #shelf: ListShelf
  readonly #list: string
  readonly #olds: readonly Entry[]
  readonly #inserted: RowKey[] = []

  constructor(plan: Plan, shelf: ListShelf, name: string) {
    this.#plan = plan
    this.#shelf = shelf
    this.#list = shelf.listAt(name)
    this.#olds = shelf.entries(this.#list)
  }

  /** Plans the items; what comes back plans their places, once the items of all lists are planned. */
  become(after: Maybe, change: Body): () => void {
    const news: Data = after ?? []
    if (!Array.isArray(news))
      throw new UsageError('BAD_VALUE', `a list does not become ${cut(after)}`)
    const body = change?.type === 'items' ? change : this.#differenceTo(news)
    const parts = body?.type === 'items' ? body.parts : []
    if (parts.every(({ kind }) => kind === 'keep')) return this.#changeSome(parts, news)
    const { steps, deleted } = listSteps(parts, this.#olds.length)
    for (const index of deleted) this.#plan.take((this.#olds[index] as Entry).name)
    const targets = steps.map((step, i): Target => {
      const value = (news as readonly Data[])[i] as Data
      const old = step.from === undefined ? undefined : this.#olds[step.from]
      if (old === undefined) return { key: this.#insert(value), isPut: true }
      if (old.value !== value) this.#change(old, value, step.change)
      return { key: old.name, isPut: step.isPut }
    })
    return () => this.#place(targets)
  }

  /** No item comes, goes or moves. */
  #changeSome(parts: readonly Part[], news: readonly Data[]): () => void {
    let at = 0
    for (const part of parts) {
      if (part.kind !== 'keep') continue
      const end = at + part.count
      for (; at < end; at++) {
        const [old, value] = [this.#olds[at] as Entry, news[at] as Data]
        if (old.value !== value) this.#change(old, value, part.change)
      }
    }
    return () => undefined
  }

  #differenceTo(news: readonly Data[]): Body {
    const olds = named(this.#olds.map(({ value }) => value))
    return listDifference(olds, named(news), (old, now) => difference(old.value, now.value))
  }

  #change({ name, row, value }: Entry, after: Data, change: Body): void {
    if (readRegister(row, ITEM) !== undefined) {
      this.#plan.write(['=', name, ITEM, this.#itemOf(name, after)])
      return
    }
    const id = rowOf(value)['id'] as string
    planFields(this.#at(name), fieldsIn(value, id), fieldsIn(after, id), change)
  }

  #itemOf(key: RowKey, value: Data): Json {
    const { object } = this.#plan
    return object.jsonOf(key, ITEM, value, object.itemsOf(this.#shelf.host.collection))
  }

  #at(key: RowKey) {
    return { plan: this.#plan, key, spec: this.#shelf.host.spec?.fields }
  }

  /** A new item; what has the id of a row is that row, restored or from elsewhere. */
  #insert(value: Data): RowKey {
    const { collection } = this.#shelf.host
    const { object } = this.#plan
    if (this.#isValue(value)) {
      const key = object.key(collection, object.newId())
      this.#plan.put(key, false)
      this.#plan.write(['=', key, ITEM, this.#itemOf(key, value)])
      return key
    }
    const { id = object.newId() } = rowOf(value)
    if (typeof id !== 'string')
      throw new UsageError('BAD_ID', `the id of a row is text, not ${cut(id)}`)
    const key = object.key(collection, id)
    const row = object.replica.visible.row(key)
    this.#inserted.push(key)
    this.#plan.put(key, isShown(row))
    const before = fieldsOf(row ?? emptyRow, id, this.#shelf.host.spec?.fields)
    planFields(this.#at(key), before, fieldsIn(value, id), null)
    return key
  }

  #isValue(value: Data): boolean {
    const { spec } = this.#shelf.host
    if (spec !== undefined) return 'item' in spec
    return typeof value !== 'object' || value === null || Array.isArray(value)
  }

  #place(targets: readonly Target[]): void {
    this.#inserted.forEach((key) => this.#checkFree(key))
    for (const { key, isPut } of targets) if (isPut) this.#checkMovable(key)
    const lane = this.#shelf.lists.index.lane(this.#list)
    const blocks = blocksOf(targets)
    const leaving = new Set(blocks.flatMap(({ keys }) => keys))
    const first = targets.find(({ isPut }) => !isPut)?.key
    const placed = blocks.map(({ keys, before }) => {
      // At both ends a row stands outside of deleted ones.
      const at = before === first && first !== undefined ? 0 : this.#indexOf(lane, before)
      return { keys, ...placeBlock({ rows: lane.all, at, leaving }, keys.length, this.#tag) }
    })
    const isCrowded = placed.length > 1 && placed.some(({ moved }) => moved.length > 0)
    if (isCrowded) return this.#placeAll(targets, lane)
    for (const { keys, block, moved } of placed) {
      keys.forEach((key, i) => this.#put(key, block[i] as string))
      for (const [key, order] of moved) this.#put(key, order)
    }
  }

  /** Where several blocks would push away each other's neighbours, all stand anew. */
  #placeAll(targets: readonly Target[], lane: Lane): void {
    const keys = targets.map(({ key }) => key)
    const gap = { rows: lane.all, at: 0, leaving: new Set(keys) }
    const { block, moved } = placeBlock(gap, keys.length, this.#tag)
    keys.forEach((key, i) => this.#put(key, block[i] as string))
    for (const [key, order] of moved) this.#put(key, order)
  }

  get #tag() {
    return this.#shelf.lists.tag
  }

  #indexOf(lane: Lane, key: RowKey | undefined): number {
    const item = key === undefined ? undefined : this.#shelf.lists.index.item(key)
    return item === undefined ? lane.all.length : indexIn(lane.all, item)
  }

  #put(key: RowKey, order: string): void {
    this.#plan.write(['=', key, PLACE, [this.#list, order]])
  }

  #checkFree(key: RowKey): void {
    const isThere = this.#shelf.lists.index.item(key)?.view !== undefined
    if (isThere && this.#plan.stays(key))
      throw new UsageError('BAD_ID', `${cut(key)} stands in a list already`)
  }

  #checkMovable(key: RowKey): void {
    const { index } = this.#shelf.lists
    for (let list = this.#list; list !== ''; ) {
      const holder = this.#plan.object.key(this.#shelf.host.collection, list)
      if (holder === key) throw new UsageError('BAD_VALUE', 'a row cannot be moved into itself')
      const above = index.item(holder)
      list = above === undefined ? '' : index.listOf(above)
    }
  }
}

/** Gathers what is put next to each other. */
function blocksOf(targets: readonly Target[]): { keys: RowKey[]; before: RowKey | undefined }[] {
  const blocks: { keys: RowKey[]; before: RowKey | undefined }[] = []
  let keys: RowKey[] = []
  for (const { key, isPut } of targets) {
    if (isPut) keys.push(key)
    else if (keys.length > 0) {
      blocks.push({ keys, before: key })
      keys = []
    }
  }
  return keys.length > 0 ? [...blocks, { keys, before: undefined }] : blocks
}

/** Tells items apart by their ids, and values by what they are and which of them. */
function named(values: readonly Data[]): NamedItem[] {
  const seen = new Map<string, number>()
  return values.map((value) => {
    const id =
      typeof value === 'object' && value !== null && 'id' in value ? value['id'] : undefined
    const text = typeof id === 'string' ? `id ${id}` : JSON.stringify(value)
    const count = (seen.get(text) ?? 0) + 1
    seen.set(text, count)
    return { name: `${count} ${text}`, value }
  })
}
