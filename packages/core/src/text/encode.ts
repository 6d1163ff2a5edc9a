import type { Author } from './author.js'
import { ByteWriter } from './bytes.js'
import { RIGHT } from './ops.js'
import type { Sequence } from './sequence.js'
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
import { continues, endOf, sharesRight, type Span } from './span.js'

/** Spans that one can hold: its head, the last of them, and the elements of them all. */
interface Run {
  readonly head: Span
  last: Span
  length: number
}

/** Writes a text as a snapshot: what is visible, and the elements as `TextSnapshot` tells. */
export function encodeSequence(sequence: Sequence): TextSnapshot {
  const runs = joinRuns(sequence.tree.spans())
  const writer = new RunWriter()
  writer.begin(runs.length - 1)
  for (let i = 1; i < runs.length; i++) {
    writer.write(runs[i] as Run, (runs[i - 1] as Run).last, runs[i + 1]?.head)
  }
  return { text: sequence.tree.toString(), meta: writer.finish() }
}

/** Joins what is one run, however edits have cut it. */
function joinRuns(spans: readonly Span[]): Run[] {
  const runs: Run[] = []
  let run: Run | undefined
  for (const span of spans) {
    if (run !== undefined && continues(run.last, span)) {
      run.last = span
      run.length += span.length
    } else {
      run = { head: span, last: span, length: span.length }
      runs.push(run)
    }
  }
  return runs
}

class RunWriter {
  readonly #bytes = new ByteWriter()
  readonly #numbers = new Map<Author, number>()
  readonly #ends = new Map<Author, number>()
  #author: Author | undefined

  begin(count: number): void {
    this.#bytes.byte(SNAPSHOT_VERSION)
    this.#bytes.uint(count)
  }

  write({ head, length }: Run, before: Span, behind: Span | undefined): void {
    const { author, id } = head
    const flags = ownFlags(head, length) | originFlags(head, before, behind)
    this.#bytes.byte(author === this.#author ? flags | SAME_AUTHOR : flags)
    if (author !== this.#author) this.#writeAuthor(author)
    this.#author = author
    this.#bytes.int(id - (this.#ends.get(author) ?? 1))
    this.#ends.set(author, id + length)
    if (length > 1) this.#bytes.uint(length)
    if (flags & FAR_PARENT) this.#writeElement(head.parentAuthor, id - head.parentId)
    if (flags & FAR_RIGHT) this.#writeElement(head.rightAuthor as Author, id - head.rightId)
  }

  finish(): Uint8Array {
    return this.#bytes.finish()
  }

  #writeElement(author: Author, distance: number): void {
    this.#writeAuthor(author)
    this.#bytes.int(distance)
  }

  /** Authors count from 0 by first mention, which spells the name out; 0 itself is the border. */
  #writeAuthor(author: Author): void {
    const known = author.name === '' ? 0 : this.#numbers.get(author)
    const number = known ?? this.#numbers.size + 1
    this.#bytes.uint(number)
    if (known !== undefined) return
    this.#numbers.set(author, number)
    this.#bytes.ascii(author.name)
  }
}

const ownFlags = (head: Span, length: number): number =>
  (head.isDeleted ? DELETED : 0) | (length === 1 ? SINGLE : 0)

function originFlags(head: Span, before: Span, behind: Span | undefined): number {
  if (head.side !== RIGHT) return isHead(behind, head.parentAuthor, head.parentId) ? 0 : FAR_PARENT
  if (isContinued(head)) return CONTINUED
  const isNear = before.author === head.parentAuthor && endOf(before) - 1 === head.parentId
  return AFTER_PARENT | (isNear ? 0 : FAR_PARENT) | rightFlag(head, behind)
}

function rightFlag({ rightAuthor, rightId }: Span, behind: Span | undefined): number {
  if (rightAuthor === null) return 0
  return isHead(behind, rightAuthor, rightId) ? NEXT_RIGHT : FAR_RIGHT
}

const isHead = (span: Span | undefined, author: Author, id: number): boolean =>
  span?.author === author && span.id === id

/** Tells whether a run hangs after its author's element before it, with the same right origin. */
function isContinued({ author, id, parentAuthor, parentId, rightAuthor, rightId }: Span): boolean {
  if (parentAuthor !== author || parentId !== id - 1) return false
  const parent = author.find(parentId)
  return parent !== undefined && sharesRight(parent, rightAuthor, rightId)
}
