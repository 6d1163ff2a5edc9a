/**
 * Changes for property tests: an edit is a few numbers, read against the value that it meets.
 *
 * So every edit fits every value, and fast-check can shrink both apart.
 */
import fc from 'fast-check'
import { apply, compose } from '../change/algebra.js'
import type { Change } from '../change/change.js'
import { increment, move, pathChange, replace, run, splice } from '../change/constructors.js'
import { type Data, isDataObject, type Maybe } from '../change/data.js'
import { RichText, setAttr } from '../change/rich-text.js'
import { splitsPair } from '../change/sequence.js'

/** An edit of whatever it meets. */
export interface Edit {
  readonly kind: number
  readonly at: number
  readonly count: number
  readonly to: number
  readonly fresh: number
}

/** Any edit. */
export const edits: fc.Arbitrary<Edit> = fc.record({
  kind: fc.nat(11),
  at: fc.nat(60),
  count: fc.nat(4),
  to: fc.nat(60),
  fresh: fc.nat(400),
})

const letters = ['a', 'b', 'c', '\u{1d400}', '\u{1d401}', 'é', '\u{1f600}']
const texts = fc.array(fc.constantFrom(...letters), { maxLength: 8 }).map((list) => list.join(''))
const counts = fc.integer({ min: -5, max: 5 })
const attributes = fc.constantFrom({}, { bold: true }, { bold: true, link: 'x' }, { size: 2 })
const richTexts = fc
  .array(fc.record({ text: texts, attrs: attributes }), { maxLength: 3 })
  .map((spans) => RichText.of(spans))

/** Texts, numbers, rich texts, and lists and objects of all of these. */
export const documents: fc.Arbitrary<Data> = fc.letrec<{ node: Data }>((tie) => ({
  node: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    texts,
    counts,
    richTexts,
    fc.array(counts, { maxLength: 6 }),
    fc.array(tie('node'), { maxLength: 4 }),
    fc.dictionary(fc.constantFrom('a', 'b', 'toString'), tie('node'), { maxKeys: 3 }),
  ),
})).node

/** Reads edits against a value, one after the other, as one change. */
export const changeOf = (value: Maybe, list: readonly Edit[]): Change =>
  stepsOf(value, list).reduce<Change>(compose, null)

/** Reads edits against a value, one after the other. */
export function stepsOf(value: Maybe, list: readonly Edit[]): Change[] {
  let now = value
  return list.map((edit) => {
    const change = editOf(now, edit)
    now = apply(now, change)
    return change
  })
}

/** Reads one edit against a value. */
export function editOf(value: Maybe, edit: Edit): Change {
  if (edit.kind === 0 && edit.at < 6) return replace(value, freshValue(edit.fresh))
  if (typeof value === 'string') return editText(value, edit)
  if (typeof value === 'number') return increment(edit.fresh - 200)
  if (Array.isArray(value)) return editList(value, edit)
  if (value instanceof RichText) return editRich(value, edit)
  if (isDataObject(value)) return editObject(value, edit)
  return replace(value, freshValue(edit.fresh))
}

const freshValue = (fresh: number): Data =>
  ['text', fresh, [fresh, fresh + 1], { a: 'x' }, RichText.of([{ text: 'rich', attrs: {} }])][
    fresh % 5
  ] as Data

const freshText = (fresh: number): string =>
  Array.from({ length: fresh % 3 }, (_, i) => letters[(fresh + i) % letters.length]).join('')

function snap(text: string, offset: number): number {
  return splitsPair(text, offset) ? offset + 1 : offset
}

function rangeOf(length: number, edit: Edit): { from: number; to: number } {
  const from = edit.at % (length + 1)
  return { from, to: Math.min(length, from + edit.count) }
}

function distanceOf(length: number, from: number, to: number, edit: Edit): number {
  return (edit.to % (length - (to - from) + 1)) - from
}

function editText(text: string, edit: Edit): Change {
  const range = rangeOf(text.length, edit)
  const from = snap(text, range.from)
  const to = Math.max(from, snap(text, range.to))
  if (edit.kind < 4) {
    const left = text.slice(0, from) + text.slice(to)
    const target = snap(left, from + distanceOf(text.length, from, to, edit))
    return move(from, to - from, target - from)
  }
  return splice(from, edit.kind % 2 === 0 ? '' : text.slice(from, to), freshText(edit.fresh))
}

function editList(list: readonly Data[], edit: Edit): Change {
  const { from, to } = rangeOf(list.length, edit)
  if (edit.kind < 4) return move(from, to - from, distanceOf(list.length, from, to, edit))
  const item = list[from]
  if (edit.kind < 8 && item !== undefined) return editItems(list, from, to, edit)
  const before = edit.kind % 2 === 0 ? [] : list.slice(from, to)
  return splice(from, before, edit.fresh % 3 === 0 ? [] : [freshValue(edit.fresh)])
}

function editItems(list: readonly Data[], from: number, to: number, edit: Edit): Change {
  const areNumbers = list.slice(from, to).every((item) => typeof item === 'number')
  if (areNumbers && edit.kind === 4) return run(from, to - from, increment(edit.fresh - 200))
  return pathChange([from], editOf(list[from], { ...edit, kind: edit.to % 12, at: edit.fresh }))
}

function editRich(rich: RichText, edit: Edit): Change {
  const { from, to } = rangeOf(rich.length, edit)
  if (edit.kind < 3) return move(from, to - from, distanceOf(rich.length, from, to, edit))
  const name = edit.fresh % 2 === 0 ? 'bold' : 'link'
  if (edit.kind < 7) return setAttr(rich, [from, to], name, [true, 'y', undefined][edit.fresh % 3])
  const after = RichText.of([
    { text: freshText(edit.fresh), attrs: edit.to % 2 ? {} : { link: 'x' } },
  ])
  return splice(from, rich.slice(from, edit.kind % 2 === 0 ? from : to), after)
}

function editObject(object: { readonly [key: string]: Data }, edit: Edit): Change {
  const key = ['a', 'b', 'toString'][edit.at % 3] as string
  const value = Object.hasOwn(object, key) ? object[key] : undefined
  if (value === undefined) return pathChange([key], replace(undefined, freshValue(edit.fresh)))
  if (edit.kind === 1) return pathChange([key], replace(value, undefined))
  return pathChange([key], editOf(value, { ...edit, kind: edit.to % 12, at: edit.fresh }))
}
