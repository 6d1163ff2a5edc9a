import type { Body, Output, Part, Removal } from './change.js'
import { joinAll, type Sequence } from './sequence.js'

/** Counts the items of the source that a part consumes. */
export function consumed(part: Part): number {
  if (part.kind === 'keep' || part.kind === 'take') return part.count
  return part.kind === 'delete' ? part.content.length : 0
}

/** Counts the items of the result that a part gives. */
export function produced(part: Part): number {
  if (part.kind === 'keep' || part.kind === 'put') return part.count
  return part.kind === 'insert' ? part.content.length : 0
}

/**
 * Builds parts in canonical form from whatever comes, in the order of the source.
 *
 * Cost  O(parts) but for moves inside one gap, which are O(log) each
 */
export class PartsBuilder {
  readonly #parts: Part[] = []
  #outputs: Output[] = []
  #removals: Removal[] = []
  /** Where in the source the open gap begins. */
  #gap = 0

  keep(count: number, change: Body = null): void {
    if (count === 0) return
    this.#closeGap()
    this.#pushKeep(count, change)
  }

  insert(content: Sequence): void {
    if (content.length > 0) this.#outputs.push({ kind: 'insert', content })
  }

  put(from: number, count: number): void {
    if (count === 0) return
    const last = this.#outputs.at(-1)
    if (last?.kind === 'put' && last.from + last.count === from) {
      this.#outputs[this.#outputs.length - 1] = { ...last, count: last.count + count }
    } else this.#outputs.push({ kind: 'put', from, count })
  }

  remove(content: Sequence): void {
    if (content.length > 0) this.#removals.push({ kind: 'delete', content })
  }

  take(count: number, change: Body = null): void {
    if (count === 0) return
    const last = this.#removals.at(-1)
    if (last?.kind === 'take' && last.change === change) {
      this.#removals[this.#removals.length - 1] = { ...last, count: last.count + count }
    } else this.#removals.push({ kind: 'take', count, change })
  }

  add(part: Part): void {
    if (part.kind === 'keep') this.keep(part.count, part.change)
    else if (part.kind === 'take') this.take(part.count, part.change)
    else if (part.kind === 'put') this.put(part.from, part.count)
    else if (part.kind === 'insert') this.insert(part.content)
    else this.remove(part.content)
  }

  /** Ends the building. */
  finish(): readonly Part[] {
    this.#closeGap()
    const last = this.#parts.at(-1)
    if (last?.kind === 'keep' && last.change === null) this.#parts.pop()
    return this.#parts
  }

  #pushKeep(count: number, change: Body): void {
    const last = this.#parts.at(-1)
    if (last?.kind === 'keep' && last.change === change) {
      this.#parts[this.#parts.length - 1] = { ...last, count: last.count + count }
    } else this.#parts.push({ kind: 'keep', count, change })
    this.#gap += count
  }

  #closeGap(): void {
    if (this.#outputs.length === 0 && this.#removals.length === 0) return
    const outputs = this.#outputs
    const removals = this.#removals
    this.#outputs = []
    this.#removals = []
    if (outputs.some(isPut) && removals.some(isTake)) this.#stayHome(outputs, removals)
    else this.#pushGap(outputs, removals)
  }

  /** Keeps what is put right where it was taken. */
  #stayHome(outputs: readonly Output[], removals: readonly Removal[]): void {
    const rest = new Removals(removals, this.#gap)
    let before: Output[] = []
    for (const output of outputs) {
      let away = output
      while (away.kind === 'put') {
        const home = rest.takeAt(away.from, away.count)
        if (home === undefined) break
        this.#pushGap(before, home.before)
        before = []
        this.#pushKeep(home.count, home.change)
        away = { kind: 'put', from: away.from + home.count, count: away.count - home.count }
        if (away.count === 0) break
      }
      if (away.kind === 'insert' || away.count > 0) before.push(away)
    }
    this.#pushGap(before, rest.all())
  }

  #pushGap(outputs: readonly Output[], removals: readonly Removal[]): void {
    this.#parts.push(...joinContents(outputs), ...joinContents(removals))
    for (const removal of removals) this.#gap += consumed(removal)
  }
}

const isPut = (part: Part): boolean => part.kind === 'put'
const isTake = (part: Part): boolean => part.kind === 'take'

/** The removals of a gap, eaten from the front. */
class Removals {
  readonly #list: readonly Removal[]
  readonly #starts: number[] = []
  #index = 0
  #at: number

  constructor(list: readonly Removal[], from: number) {
    this.#list = list
    this.#at = from
    for (const removal of list) {
      this.#starts.push(from)
      from += consumed(removal)
    }
  }

  /** Eats what is taken at `from`, at most `count`, and all before it. */
  takeAt(
    from: number,
    count: number,
  ): { before: Removal[]; count: number; change: Body } | undefined {
    const index = lastAtOrBefore(this.#starts, from)
    const found = this.#list[index]
    if (from < this.#at || found?.kind !== 'take') return undefined
    const end = (this.#starts[index] as number) + found.count
    if (from >= end) return undefined
    const before = this.#eat(from)
    const length = Math.min(count, end - from)
    this.#eat(from + length)
    return { before, count: length, change: found.change }
  }

  all(): Removal[] {
    return this.#eat(Infinity)
  }

  #eat(to: number): Removal[] {
    const eaten: Removal[] = []
    while (this.#at < to && this.#index < this.#list.length) {
      const removal = this.#list[this.#index] as Removal
      const start = this.#starts[this.#index] as number
      const end = start + consumed(removal)
      const until = Math.min(end, to)
      eaten.push(cutRemoval(removal, this.#at - start, until - start))
      if (until === end) this.#index++
      this.#at = until
    }
    return eaten
  }
}

function cutRemoval(removal: Removal, from: number, to: number): Removal {
  return removal.kind === 'take'
    ? { ...removal, count: to - from }
    : { ...removal, content: removal.content.slice(from, to) }
}

/** Finds the last index whose number is at most `limit`; −1 if there is none. */
export function lastAtOrBefore(sorted: readonly number[], limit: number): number {
  let low = 0
  let high = sorted.length
  while (low < high) {
    const middle = (low + high) >> 1
    if ((sorted[middle] as number) <= limit) low = middle + 1
    else high = middle
  }
  return low - 1
}

/** Joins neighbouring contents of one kind, each run of them once. */
function joinContents<P extends Output | Removal>(parts: readonly P[]): Part[] {
  const joined: Part[] = []
  for (let i = 0; i < parts.length; ) {
    const { kind } = parts[i] as P
    let end = i + 1
    while (parts[end]?.kind === kind) end++
    const run = parts.slice(i, end)
    joined.push(...(kind === 'insert' || kind === 'delete' ? [joinRun(kind, run)] : run))
    i = end
  }
  return joined
}

function joinRun(kind: 'insert' | 'delete', run: readonly Part[]): Part {
  const contents = run.flatMap((part) =>
    part.kind === 'insert' || part.kind === 'delete' ? [part.content] : [],
  )
  return { kind, content: joinAll(contents as [Sequence, ...Sequence[]]) }
}
