import { StorageError } from '../errors.js'
import { isReplica } from '../stamp.js'
import { Author } from './author.js'
import { ByteReader, corrupt } from './bytes.js'
import { appendChild } from './children.js'
import { LEFT, MAX_ELEMENT, RIGHT } from './ops.js'
import { createStart, Sequence } from './sequence.js'
import {
  AFTER_PARENT,
  CONTINUED,
  DELETED,
  FAR_PARENT,
  FAR_RIGHT,
  NEXT_RIGHT,
  SAME_AUTHOR,
  SINGLE,
  SNAPSHOT_VERSION,
  type TextSnapshot,
} from './snapshot.js'
import { type Children, endOf, MAX_RUN, type Origin, Span, visibleLength } from './span.js'
import { SpanTree } from './span-tree.js'

/** In place of the right origin of a run that goes on: it is that of its parent. */
const OF_PARENT = -1

/** Reads the elements of a snapshot; throws `CORRUPT`, or `STORE_TOO_NEW` for a later version. */
export function decodeSequence({ text, meta }: TextSnapshot): Sequence {
  const reader = new RunReader(meta)
  const spans = reader.readAll()
  if (spans.reduce((sum, span) => sum + visibleLength(span), 0) !== text.length) {
    corrupt('they are not those of its characters')
  }
  indexSpans(spans)
  for (let i = 1; i < spans.length; i++) hang(spans[i] as Span, reader.start)
  checkOrder(spans, reader.start)
  const sequence = new Sequence(reader.start, new SpanTree(spans, text), reader.authors)
  for (const span of spans) {
    if (span.length > MAX_RUN && !span.isDeleted) sequence.shorten(span)
  }
  return sequence
}

/** Reads runs one by one, each as one span; what names the run behind is set when that is read. */
class RunReader {
  readonly start: Span = createStart()
  readonly authors: Map<Author['name'], Author> = new Map()
  readonly #bytes: ByteReader
  readonly #byNumber: Author[] = [this.start.author]
  readonly #ends = new Map<Author, number>()

  constructor(meta: Uint8Array) {
    this.#bytes = new ByteReader(meta)
  }

  readAll(): Span[] {
    if (this.#bytes.byte() !== SNAPSHOT_VERSION) {
      throw new StorageError('STORE_TOO_NEW', 'a newer version has written this text')
    }
    const count = this.#bytes.uint()
    const spans = [this.start]
    let flags = 0
    for (let i = 0; i < count; i++) {
      const before = spans[i] as Span
      const next = this.#bytes.byte()
      const span = this.#readRun(next, before)
      if (i > 0) nameBehind(before, flags, span)
      flags = next
      spans.push(span)
    }
    if (!this.#bytes.isAtEnd) corrupt('they do not end where they should')
    if (count > 0) checkLast(flags)
    return spans
  }

  #readRun(flags: number, before: Span): Span {
    const author = flags & SAME_AUTHOR ? before.author : this.#readAuthor()
    const id = (this.#ends.get(author) ?? 1) + this.#bytes.int()
    const length = flags & SINGLE ? 1 : this.#bytes.uint()
    const end = id + length
    if (author === this.start.author || id < 1 || length < 1 || end > MAX_ELEMENT + 1) {
      corrupt('a run is out of range')
    }
    this.#ends.set(author, end)
    const span = new Span(author, id, length, this.#readOrigin(flags, before, author, id))
    span.isDeleted = (flags & DELETED) !== 0
    return span
  }

  #readOrigin(flags: number, before: Span, author: Author, id: number): Origin {
    if (flags & CONTINUED) {
      return {
        parentAuthor: author,
        parentId: id - 1,
        side: RIGHT,
        rightAuthor: null,
        rightId: OF_PARENT,
      }
    }
    const side = flags & AFTER_PARENT ? RIGHT : LEFT
    const isFar = (flags & FAR_PARENT) !== 0
    const parentAuthor = isFar ? this.#readAuthor() : before.author
    const parentId = isFar ? id - this.#bytes.int() : endOf(before) - 1
    if (side === LEFT) {
      return { parentAuthor, parentId, side, rightAuthor: parentAuthor, rightId: parentId }
    }
    const rightAuthor = flags & FAR_RIGHT ? this.#readAuthor() : null
    const rightId = flags & FAR_RIGHT ? id - this.#bytes.int() : 0
    return { parentAuthor, parentId, side, rightAuthor, rightId }
  }

  #readAuthor(): Author {
    const number = this.#bytes.uint()
    const known = this.#byNumber[number]
    if (known !== undefined) return known
    const name = this.#bytes.ascii(8)
    if (number !== this.#byNumber.length || !isReplica(name) || this.authors.has(name)) {
      return corrupt('an author has no name')
    }
    const author = new Author(name)
    this.authors.set(name, author)
    this.#byNumber.push(author)
    return author
  }
}

/** Fills in what a run says of the one behind it. */
function nameBehind(span: Span, flags: number, behind: Span): void {
  if (flags & CONTINUED) return
  const isBefore = (flags & AFTER_PARENT) === 0 && (flags & FAR_PARENT) === 0
  if (isBefore) {
    span.parentAuthor = behind.author
    span.parentId = behind.id
  }
  if (isBefore || (flags & AFTER_PARENT && flags & NEXT_RIGHT)) {
    span.rightAuthor = behind.author
    span.rightId = behind.id
  }
}

function checkLast(flags: number): void {
  const named = flags & AFTER_PARENT ? flags & NEXT_RIGHT : (flags & FAR_PARENT) === 0
  if (!(flags & CONTINUED) && named) corrupt('the last run names one behind it')
}

function indexSpans(spans: readonly Span[]): void {
  const byAuthor = new Map<Author, Span[]>()
  for (let i = 1; i < spans.length; i++) {
    const span = spans[i] as Span
    const own = byAuthor.get(span.author)
    if (own === undefined) byAuthor.set(span.author, [span])
    else own.push(span)
  }
  for (const [author, own] of byAuthor) {
    own.sort((a, b) => a.id - b.id)
    let end = 1
    for (const span of own) {
      if (span.id < end) corrupt('an element is there twice')
      end = endOf(span)
    }
    author.append(own)
  }
}

/** Hangs a span under its parent; those that stand before it hang already. */
function hang(span: Span, start: Span): void {
  const { parentAuthor, parentId } = span
  const parent = parentAuthor === start.author ? start : parentAuthor.find(parentId)
  if (parent === undefined) return corrupt('a parent is missing')
  if (span.side === RIGHT) {
    if (endOf(parent) - 1 !== parentId) corrupt('a parent is not the end of a run')
    parent.rights = appendChild(parent.rights, span)
  } else {
    if (parent.id !== parentId || parent === start) corrupt('a parent is not the begin of a run')
    parent.lefts = appendChild(parent.lefts, span)
  }
  if (span.rightId === OF_PARENT) {
    span.rightAuthor = parent.rightAuthor
    span.rightId = parent.rightId
  }
  const { rightAuthor, rightId } = span
  if (rightAuthor !== null && rightAuthor.find(rightId) === undefined) {
    corrupt('a right origin is missing')
  }
}

/** Walks the tree, which has to be in the order of the runs: what is elsewhere might be a circle. */
function checkOrder(spans: readonly Span[], start: Span): void {
  const stack: Span[] = [start]
  const isOpen: boolean[] = [false]
  const push = (children: Children): void => {
    const list = Array.isArray(children) ? children : children === null ? [] : [children]
    for (let i = list.length - 1; i >= 0; i--) {
      stack.push(list[i] as Span)
      isOpen.push(false)
    }
  }
  let at = 0
  for (let span = stack.pop(); span !== undefined; span = stack.pop()) {
    if (isOpen.pop() === true) {
      if (spans[at++] !== span) corrupt('they are not in order')
      continue
    }
    push(span.rights)
    stack.push(span)
    isOpen.push(true)
    push(span.lefts)
  }
  if (at !== spans.length) corrupt('some hang nowhere')
}
