import { cut, UsageError } from '../errors.js'
import type { Json } from '../json.js'
import type { Body, Change } from './change.js'
import { changeSet, pathChange, replace, run } from './constructors.js'
import {
  type Data,
  type DataObject,
  type EncodeData,
  isDataObject,
  type Maybe,
  sameData,
} from './data.js'
import { type ChangedRun, CustomSequence } from './sequence.js'
import type { CustomValue } from './data.js'

/** Text with the same attributes throughout. */
export interface Span {
  readonly text: string
  readonly attrs: DataObject
}

/**
 * Text whose characters have attributes, such as bold or a link.
 *
 * Each UTF-16 unit is an item, and its attributes are what a change of an item works on.
 */
export class RichText extends CustomSequence {
  readonly kind = 'rich-text'
  readonly length: number
  /** Neighbours differ in attributes, and none is empty. */
  readonly spans: readonly Span[]

  private constructor(spans: readonly Span[]) {
    super()
    this.spans = spans
    this.length = spans.reduce((sum, { text }) => sum + text.length, 0)
  }

  /** Makes rich text of spans; neighbours with the same attributes become one. */
  static of(spans: readonly Span[]): RichText {
    const joined: Span[] = []
    for (const span of spans) {
      if (span.text === '') continue
      const last = joined.at(-1)
      if (last === undefined || !sameData(last.attrs, span.attrs)) joined.push(span)
      else joined[joined.length - 1] = { ...last, text: last.text + span.text }
    }
    return new RichText(joined)
  }

  /** Makes a span of what came from elsewhere; throws `UsageError` BAD_VALUE. */
  static span(text: unknown, attrs: unknown): Span {
    if (typeof text === 'string' && isDataObject(attrs as Maybe)) {
      return { text, attrs: attrs as DataObject }
    }
    throw new UsageError('BAD_VALUE', `${cut(text)} is no span of rich text`)
  }

  /** The text without its attributes. */
  get text(): string {
    return this.spans.map(({ text }) => text).join('')
  }

  slice(from: number, to: number): RichText {
    let at = 0
    const spans = this.spans.map(({ text, attrs }) => {
      const start = at
      at += text.length
      return { text: text.slice(Math.max(0, from - start), Math.max(0, to - start)), attrs }
    })
    return RichText.of(spans)
  }

  concat(others: readonly CustomSequence[]): RichText {
    return RichText.of([this, ...(others as readonly RichText[])].flatMap(({ spans }) => spans))
  }

  mapItems(change: (item: Data) => Maybe): RichText {
    return RichText.of(
      this.spans.map(({ text, attrs }) => ({ text, attrs: objectOf(change(attrs)) })),
    )
  }

  /** An attribute that both neighbours get, also reaches what is inserted between them. */
  override spread(left: Body, right: Body): readonly ChangedRun[] {
    if (left?.type !== 'fields' || right?.type !== 'fields') return []
    const shared = [...left.fields].flatMap(([name, change]): [string, Maybe][] => {
      const other = right.fields.get(name)
      const isShared = change?.type === 'replace' && other?.type === 'replace'
      return isShared && sameData(change.after, other.after) ? [[name, change.after]] : []
    })
    if (shared.length === 0) return []
    return this.spans.map(({ text, attrs }) => ({
      count: text.length,
      change: changeSet(
        shared.map(([name, after]) => pathChange([name], replace(attrs[name], after))),
      ) as Body,
    }))
  }

  apply(change: Body): Maybe {
    throw new UsageError('BAD_CHANGE', `a change of ${cut(change?.type)} does not fit rich text`)
  }

  equals(other: CustomValue): boolean {
    return other instanceof RichText && sameData(flat(this), flat(other))
  }

  toJson(encode: EncodeData): Json {
    return this.spans.map(({ text, attrs }) => [text, encode(attrs)])
  }
}

const flat = ({ spans }: RichText): Data => spans.map(({ text, attrs }) => [text, attrs])

function objectOf(attrs: Maybe): DataObject {
  if (isDataObject(attrs)) return attrs
  throw new UsageError('BAD_CHANGE', 'the attributes of a text are an object')
}

/** Sets, or with `undefined` removes, one attribute of a range of text, [from, to). */
export function setAttr(
  text: RichText,
  [from, to]: readonly [from: number, to: number],
  name: string,
  value: Maybe,
): Change {
  let end = from
  return changeSet(
    text.slice(from, to).spans.map((span) => {
      const inner = pathChange([name], replace(span.attrs[name], value))
      end += span.text.length
      return run(end - span.text.length, span.text.length, inner)
    }),
  )
}
