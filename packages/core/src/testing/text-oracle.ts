import type { Replica } from '../stamp.js'
import {
  type Delete,
  type ElementRef,
  type Insert,
  LEFT,
  RIGHT,
  rightOf,
  sizeOf,
  type TextWriter,
} from '../text/ops.js'

/** One UTF-16 unit. */
interface Element {
  readonly replica: string
  readonly id: number
  readonly unit: string
  /** Null is the end of the text. */
  readonly right: Element | null
  readonly lefts: Element[]
  readonly rights: Element[]
  isDeleted: boolean
}

/**
 * FugueMax as its definition has it: a node for each unit, the whole tree walked for each question.
 *
 * Slow and obvious: what `Text` has to agree with, op for op. It trusts its caller.
 */
export class TextOracle {
  readonly #start: Element = newElement('', 0, '', null)
  readonly #elements = new Map<string, Element>()
  #order: readonly Element[] | undefined

  /** What is visible. */
  toString(): string {
    return this.#visible()
      .map(({ unit }) => unit)
      .join('')
  }

  /** Types `text` at an index. */
  insert(index: number, text: string, writer: TextWriter): Insert {
    const before = index === 0 ? this.#start : (this.#visible()[index - 1] as Element)
    const all = this.#walk()
    const behind = all[all.indexOf(before) + 1]
    const ref = (element: Element | undefined): ElementRef =>
      element === undefined || element === this.#start
        ? 0
        : element.replica === writer.replica
          ? element.id
          : [element.replica as Replica, element.id]
    const insert: Insert =
      before.rights.length > 0
        ? [writer.nextId, ref(behind), LEFT, 0, text]
        : [writer.nextId, ref(before), RIGHT, ref(behind), text]
    writer.nextId += text.length
    this.integrate(writer.replica, insert)
    return insert
  }

  /** Deletes units; gives the elements one by one. */
  remove(index: number, count: number): Delete[] {
    const gone = this.#visible().slice(index, index + count)
    const ranges = gone.map(({ replica, id }): Delete => [replica as Replica, id, 1])
    for (const range of ranges) this.erase(range)
    return ranges
  }

  /** Takes in an insert whose parent and right neighbour are known. */
  integrate(replica: Replica, insert: Insert): void {
    const [id, , side, , text] = insert
    let parent = this.#find(replica, insert[1])
    const right = this.#find(replica, rightOf(insert))
    for (let i = 0; i < sizeOf(insert); i++) {
      const key = `${replica} ${id + i}`
      const known = this.#elements.get(key)
      const unit = typeof text === 'number' ? '' : text.charAt(i)
      const own = known ?? newElement(replica, id + i, unit, right === this.#start ? null : right)
      if (known === undefined) this.#hang(own, parent, i === 0 ? side : RIGHT)
      if (typeof text === 'number') own.isDeleted = true
      this.#elements.set(key, own)
      parent = own
    }
  }

  /** Deletes elements that are known. */
  erase([replica, id, length]: Delete): void {
    for (let i = 0; i < length; i++) this.#find(replica, [replica, id + i]).isDeleted = true
  }

  #find(own: Replica, ref: ElementRef): Element {
    if (ref === 0) return this.#start
    const [replica, id] = typeof ref === 'number' ? [own, ref] : ref
    return this.#elements.get(`${replica} ${id}`) as Element
  }

  #hang(own: Element, parent: Element, side: number): void {
    const all = this.#walk()
    const place = ({ right }: Element): number => (right === null ? all.length : all.indexOf(right))
    const byId = (a: Element, b: Element): number =>
      a.replica === b.replica ? a.id - b.id : a.replica < b.replica ? -1 : 1
    if (side === LEFT) {
      parent.lefts.push(own)
      parent.lefts.sort(byId)
    } else {
      parent.rights.push(own)
      parent.rights.sort((a, b) => place(b) - place(a) || byId(a, b))
    }
    this.#order = undefined
  }

  #visible(): Element[] {
    return this.#walk().filter(({ isDeleted }) => !isDeleted)
  }

  /** The tree from left to right; without recursion, for chains of children are long. */
  #walk(): readonly Element[] {
    if (this.#order !== undefined) return this.#order
    const order: Element[] = []
    const left: (Element | { readonly seen: Element })[] = [this.#start]
    for (let next = left.pop(); next !== undefined; next = left.pop()) {
      if ('seen' in next) order.push(next.seen)
      else left.push(...next.rights.toReversed(), { seen: next }, ...next.lefts.toReversed())
    }
    this.#order = order
    return order
  }
}

function newElement(replica: string, id: number, unit: string, right: Element | null): Element {
  return { replica, id, unit, right, lefts: [], rights: [], isDeleted: replica === '' }
}
