import type { Body } from './change.js'
import { replace } from './constructors.js'
import { type Data, type DataObject, isDataObject, type Maybe } from './data.js'
import { PartsBuilder } from './parts-builder.js'

/**
 * Tells what makes one value another: objects key by key, lists of equal length item by item, all
 * else as a whole; null for equal ones.
 *
 * Cost  O(what is not shared): parts that are the same object are not looked into
 */
export function difference(before: Maybe, after: Maybe): Body {
  if (before === after) return null
  if (isDataObject(before) && isDataObject(after)) return fieldsBetween(before, after)
  const isList = Array.isArray(before) && Array.isArray(after)
  if (isList && before.length === after.length) return itemsBetween(before, after)
  return replace(before, after)
}

function itemsBetween(before: readonly Data[], after: readonly Data[]): Body {
  const parts = new PartsBuilder()
  let kept = 0
  before.forEach((item, i) => {
    const change = difference(item, after[i])
    if (change === null) kept++
    else {
      parts.keep(kept)
      parts.keep(1, change)
      kept = 0
    }
  })
  return itemsOf(parts)
}

function itemsOf(builder: PartsBuilder): Body {
  const parts = builder.finish()
  return parts.length === 0 ? null : { type: 'items', parts }
}

function fieldsBetween(before: DataObject, after: DataObject): Body {
  const fields = new Map<string, Body>()
  const compare = (key: string): void => {
    const change = difference(ownOf(before, key), ownOf(after, key))
    if (change !== null) fields.set(key, change)
  }
  Object.keys(before).forEach(compare)
  for (const key of Object.keys(after)) if (!Object.hasOwn(before, key)) compare(key)
  return fields.size === 0 ? null : { type: 'fields', fields }
}

const ownOf = (value: DataObject, key: string): Maybe =>
  Object.hasOwn(value, key) ? value[key] : undefined

/** An item of a list under a name that no other has and that stays with it. */
export interface NamedItem {
  readonly name: string
  readonly value: Data
}

/** Tells what became of an item that both lists have. */
export type ItemDifference<I extends NamedItem> = (before: I, after: I) => Body

/**
 * Tells what makes one list another: which items, by their names, are gone, new, moved or changed.
 * As few as possible are moved.
 *
 * Cost  O(items), and O(log items) more for each between the first and the last that moved
 */
export function listDifference<I extends NamedItem>(
  before: readonly I[],
  after: readonly I[],
  changeOf: ItemDifference<I>,
): Body {
  return new ListWalk(before, after, changeOf).run()
}

class ListWalk<I extends NamedItem> {
  readonly #before: readonly I[]
  readonly #after: readonly I[]
  readonly #changeOf: ItemDifference<I>
  readonly #parts = new PartsBuilder()
  /** Items in a row that stay as they are. */
  #kept = 0
  /** How far the old list was gone through. */
  #at = 0

  constructor(before: readonly I[], after: readonly I[], changeOf: ItemDifference<I>) {
    this.#before = before
    this.#after = after
    this.#changeOf = changeOf
  }

  run(): Body {
    const olds = this.#before
    const news = this.#after
    const least = Math.min(olds.length, news.length)
    let start = 0
    while (start < least && olds[start]?.name === news[start]?.name) start++
    let end = 0
    while (end < least - start && olds.at(-1 - end)?.name === news.at(-1 - end)?.name) end++
    for (let i = 0; i < start; i++) this.#keep(i, news[i] as I)
    this.#middle(start, olds.length - end, news.slice(start, news.length - end))
    for (let i = 0; i < end; i++) {
      this.#keep(olds.length - end + i, news[news.length - end + i] as I)
    }
    this.#flush()
    return itemsOf(this.#parts)
  }

  #middle(from: number, to: number, news: readonly I[]): void {
    const olds = new Map<string, number>()
    for (let i = from; i < to; i++) olds.set(this.#before[i]?.name as string, i)
    const sources = news.map(({ name }) => olds.get(name))
    const stays = longestRise(sources.filter((source) => source !== undefined))
    const moved = new Map<number, I>()
    news.forEach((item, i) => {
      const source = sources[i]
      if (source !== undefined && !stays.has(source)) moved.set(source, item)
    })
    news.forEach((item, i) => {
      const source = sources[i]
      if (source !== undefined && stays.has(source)) {
        this.#leave(source, moved)
        this.#keep(source, item)
        return
      }
      this.#flush()
      if (source === undefined) this.#parts.insert([item.value])
      else this.#parts.put(source, 1)
    })
    this.#leave(to, moved)
  }

  /** Goes on in the old list; what is passed has moved elsewhere, or is gone. */
  #leave(to: number, moved: ReadonlyMap<number, I>): void {
    for (; this.#at < to; this.#at++) {
      this.#flush()
      const item = this.#before[this.#at] as I
      const after = moved.get(this.#at)
      if (after === undefined) this.#parts.remove([item.value])
      else this.#parts.take(1, this.#changed(item, after))
    }
  }

  #keep(source: number, after: I): void {
    this.#at = source + 1
    const change = this.#changed(this.#before[source] as I, after)
    if (change === null) this.#kept++
    else {
      this.#flush()
      this.#parts.keep(1, change)
    }
  }

  #changed(before: I, after: I): Body {
    return before.value === after.value ? null : this.#changeOf(before, after)
  }

  #flush(): void {
    this.#parts.keep(this.#kept)
    this.#kept = 0
  }
}

/** Finds a longest part of a list of different numbers that rises. */
function longestRise(list: readonly number[]): ReadonlySet<number> {
  /** Where the least number stands that ends a rise of each length, and what came before it. */
  const ends: number[] = []
  const befores: (number | undefined)[] = []
  list.forEach((value, i) => {
    let low = 0
    let high = ends.length
    if (high > 0 && (list[ends[high - 1] as number] as number) < value) low = high
    while (low < high) {
      const middle = (low + high) >> 1
      if ((list[ends[middle] as number] as number) < value) low = middle + 1
      else high = middle
    }
    befores.push(ends[low - 1])
    ends[low] = i
  })
  const rise = new Set<number>()
  for (let i = ends.at(-1); i !== undefined; i = befores[i]) rise.add(list[i] as number)
  return rise
}
