import { cut, UsageError } from './errors.js'
import { checkField } from './names.js'
import type { Value } from './json.js'
import type { TextAnchor } from './text/anchor.js'

declare const type: unique symbol

/** A field that holds one value, last write wins. */
export interface ValueField<T> {
  readonly kind: 'value'
  readonly [type]?: T
}

/** A field that counts: what is added to it at the same time is added up. */
export interface CounterField {
  readonly kind: 'counter'
}

/** A field that holds text which people may edit at the same time. */
export interface TextField {
  readonly kind: 'text'
}

/** A field of any kind. */
export type Field = ValueField<unknown> | CounterField | TextField

/** The fields of a row. */
export type Fields = Readonly<Record<string, Field>>

/** Rows that anyone may write, those of a list among them, or that stay on this device. */
export interface Collection<F extends Fields = Fields> {
  readonly kind: 'shared' | 'local' | 'list'
  readonly fields: F
  /** Fields that order a collection of which only a part is in memory. */
  readonly windowed?: readonly string[]
}

/** Shared rows that are read from the disk as they are shown, in the order of one of some fields. */
export interface Windowed<F extends Fields = Fields, W extends string = string>
  extends Collection<F> {
  readonly windowed: readonly W[]
}

/** Shared rows with a place. */
export interface RowList<F extends Fields = Fields> extends Collection<F> {
  readonly kind: 'list'
}

/** Shared values with a place: each item is a row that holds one. */
export interface ValueList<T = unknown> extends RowList<NoFields> {
  readonly item: ValueField<T>
}

type NoFields = Readonly<Record<never, never>>

type ValueFields = Readonly<Record<string, ValueField<unknown>>>

/** What an object holds: fields of its own, and collections. */
export type ObjectSpec = Readonly<Record<string, Field | Collection>>

/** The kinds of objects of an app. */
export interface Schema<
  O extends Readonly<Record<string, ObjectSpec>> = Readonly<Record<string, ObjectSpec>>,
> {
  readonly version: number
  readonly objects: O
}

/** What a field holds. */
export type FieldType<F> =
  F extends ValueField<infer T>
    ? T
    : F extends CounterField
      ? Counted
      : F extends TextField
        ? Edited
        : never

/** What a counter shows: a number to read, that no write takes. */
export type Counted = number & { readonly [type]: 'counter' }

/** What a text shows: a string to read, that no write takes. */
export type Edited = string & { readonly [type]: 'text' }

/** The ways to an object's fields of one kind, its rows' among them. */
export type PathsOf<O extends ObjectSpec, F extends Field> = {
  [K in keyof O & string]: O[K] extends F
    ? K
    : O[K] extends Collection<infer R>
      ? {
          [N in keyof R & string]: R[N] extends F
            ? readonly [collection: K, rowId: string, field: N]
            : never
        }[keyof R & string]
      : never
}[keyof O & string]

/** A row of these fields; each may be missing, because it may not have been written yet. */
export type RowOf<F extends Fields> = { readonly [K in keyof F]?: FieldType<F[K]> }

/** The object's own fields. */
export type RootOf<O extends ObjectSpec> = {
  readonly [K in keyof O as O[K] extends Field ? K : never]?: FieldType<O[K]>
}

/** The names of an object's collections. */
export type CollectionsOf<O extends ObjectSpec> = {
  [K in keyof O]: O[K] extends Collection ? K : never
}[keyof O]

/** The names of an object's lists. */
export type ListsOf<O extends ObjectSpec> = {
  [K in keyof O]: O[K] extends RowList ? K : never
}[keyof O]

/** What is JSON by its type, an interface too: such has no index signature, and so is no `Value`. */
export type Storable<T> = Value | (NoFunction & { readonly [K in keyof T]: StorablePart<T[K]> })

/** An object: every function has this symbol. */
type NoFunction = object & { readonly [Symbol.hasInstance]?: never }

type StorablePart<T> = T extends Value | undefined
  ? T
  : T extends (...args: never) => unknown
    ? never
    : { readonly [K in keyof T]: StorablePart<T[K]> }

/** A field that holds one value: `value<string>()`. */
export const value = <T extends Storable<T> = Value>(): ValueField<T> => ({ kind: 'value' })

/** A field that counts: `counter()`. */
export const counter = (): CounterField => ({ kind: 'counter' })

/** A field that holds text which people may edit at the same time: `text()`. */
export const text = (): TextField => ({ kind: 'text' })

/**
 * Rows that anyone may write, field by field.
 *
 * With `windowed` they may be a million: only what is shown of them is in memory, in the order of
 * one of the fields named there. They have values only.
 */
export function shared<F extends Fields>(fields: F): Collection<F>
export function shared<F extends ValueFields, W extends keyof F & string>(
  fields: F,
  options: { readonly windowed: readonly W[] },
): Windowed<F, W>
export function shared(
  fields: Fields,
  { windowed }: { readonly windowed?: readonly string[] } = {},
): Collection {
  return windowed === undefined ? { kind: 'shared', fields } : { kind: 'shared', fields, windowed }
}

/** Rows that never leave this device; they have values only, as nobody else writes them. */
export const local = <F extends ValueFields>(fields: F): Collection<F> => ({
  kind: 'local',
  fields,
})

/** What a row of marks holds: see `readMark`. */
export type MarkFields = {
  readonly text: ValueField<string | readonly string[]>
  readonly kind: ValueField<string>
  readonly value: ValueField<Value>
  readonly from: ValueField<TextAnchor>
  readonly to: ValueField<TextAnchor>
}

/** Marks on the texts of an object, such as bold: `marks: marks()`. */
export const marks = (): Collection<MarkFields> =>
  shared<MarkFields>({ text: value(), kind: value(), value: value(), from: value(), to: value() })

/**
 * Shared rows with a place, or values with one: `list({ text: value<string>() })`,
 * `list(value<string>())`.
 */
export function list<T>(item: ValueField<T>): ValueList<T>
export function list<F extends Fields>(fields: F): RowList<F>
export function list(of: ValueField<unknown> | Fields): RowList | ValueList {
  return isField(of) ? { kind: 'list', fields: {}, item: of } : { kind: 'list', fields: of }
}

/** A field says so in its kind, which is text; in fields, one of the name `kind` is a field. */
const isField = (of: ValueField<unknown> | Fields): of is ValueField<unknown> =>
  typeof of.kind === 'string'

/** One kind of object. */
export const object = <O extends ObjectSpec>(spec: O): O => spec

/**
 * Describes an app's objects; hooks infer their types from it and the server takes the same.
 *
 * ```ts
 * const schema = defineSchema({
 *   addressBook: object({ title: value<string>(), contacts: shared({ name: value<string>() }) }),
 * })
 * ```
 * Errors  `UsageError` for a name that no field may have, for what is neither a field nor a
 *         collection, for texts and counters of local and of windowed rows, and for a collection
 *         that is windowed in one kind of object and otherwise in another
 */
export function defineSchema<const O extends Readonly<Record<string, ObjectSpec>>>(
  objects: O,
  options: { readonly version?: number } = {},
): Schema<O> {
  const version = options.version ?? 1
  if (!Number.isSafeInteger(version) || version < 1) {
    throw new UsageError('BAD_VALUE', 'the version of a schema counts from 1')
  }
  for (const spec of Object.values(objects)) {
    for (const [name, field] of Object.entries(spec)) checkMember(name, field)
  }
  checkWindows(Object.values(objects))
  return { version, objects }
}

const fieldKinds: readonly unknown[] = ['value', 'counter', 'text'] satisfies Field['kind'][]
const collectionKinds: readonly unknown[] = [
  'shared',
  'local',
  'list',
] satisfies Collection['kind'][]

function checkMember(name: string, member: Field | Collection): void {
  checkOwnField(name)
  const { kind, fields } = partsOf(member)
  if (fields === undefined && fieldKinds.includes(kind)) return
  if (fields === undefined || !collectionKinds.includes(kind)) {
    const what = 'value(), counter(), text(), shared({ … }), local({ … }) or list({ … })'
    throw new UsageError('BAD_VALUE', `${cut(name)} is to be ${what}, not ${cut(member)}`)
  }
  for (const [field, it] of Object.entries(fields)) {
    checkOwnField(field)
    if (fieldKinds.includes(partsOf(it).kind)) continue
    const which = `${cut(field)} of ${cut(name)}`
    throw new UsageError(
      'BAD_VALUE',
      `${which} is to be value(), counter() or text(), not ${cut(it)}`,
    )
  }
  if (kind === 'local') checkValues(name, fields as Fields, 'stay on this device')
  const { windowed } = member as Collection
  if (windowed !== undefined) checkWindowed(name, member as Collection, windowed)
}

/** Reads what may be anything, as of a schema without types. */
function partsOf(member: unknown): { readonly kind?: unknown; readonly fields?: object } {
  return typeof member === 'object' && member !== null ? member : {}
}

function checkOwnField(name: string): void {
  if (name.startsWith('$')) {
    throw new UsageError('RESERVED_NAME', `${cut(name)}: no field of an app begins with $`)
  }
  checkField(name)
}

function checkValues(name: string, fields: Fields, which: string): void {
  for (const [field, { kind }] of Object.entries(fields)) {
    if (kind === 'value') continue
    const what = `${cut(field)} of ${cut(name)} is a ${kind}`
    throw new UsageError('BAD_VALUE', `${what}; rows that ${which} have values only`)
  }
}

function checkWindowed(name: string, { kind, fields }: Collection, windowed: unknown): void {
  const isNamed = (field: unknown): boolean =>
    typeof field === 'string' && Object.hasOwn(fields, field)
  if (kind === 'list') throw new UsageError('BAD_VALUE', `${cut(name)} is a list: not windowed`)
  checkValues(name, fields, 'are shown in part')
  if (Array.isArray(windowed) && windowed.length > 0 && windowed.every(isNamed)) return
  const what = `a list of its fields, by which it is ordered, not ${cut(windowed)}`
  throw new UsageError('BAD_VALUE', `windowed of ${cut(name)} is to be ${what}`)
}

/** An object may be named without its kind: what is windowed is so in all kinds. */
function checkWindows(objects: readonly ObjectSpec[]): void {
  const known = new Map<string, string>()
  for (const [name, member] of objects.flatMap((spec) => Object.entries(spec))) {
    if (!('fields' in member)) continue
    const windowed = JSON.stringify(member.windowed ?? null)
    if ((known.get(name) ?? windowed) !== windowed) {
      const message = `${cut(name)} is to be windowed by the same fields in all kinds of objects`
      throw new UsageError('BAD_VALUE', message)
    }
    known.set(name, windowed)
  }
}
