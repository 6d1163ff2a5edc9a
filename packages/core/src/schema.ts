import { cut, UsageError } from './errors.js'
import { checkField } from './names.js'
import type { Value } from './json.js'
import { checkHolder, checkNames, checkNothing } from './schema-calls.js'
import { checkDerived } from './schema-derived.js'
import { checkOwned, type RefField } from './schema-owned.js'
import { checkWindowed, checkWindows, type WindowedRows } from './schema-windowed.js'
import type { TextAnchor } from './text/anchor.js'
import { checkUpcasts, type Upcasts } from './upcast.js'
import { checkValidator, type StandardSchema } from './validator.js'
import { checkVersion } from './written.js'

declare const type: unique symbol

/** A field that holds one value, last write wins. */
export interface ValueField<T> {
  readonly kind: 'value'
  /** Is asked about each value that is written here. */
  readonly validator?: StandardSchema<T>
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
export type Field = ValueField<unknown> | CounterField | TextField | RefField

/** The fields of a row. */
export type Fields = Readonly<Record<string, Field>>

/** Fields of which none is called as what a row shows itself. */
export type RowFields = Fields & { readonly id?: never }

/**
 * Rows that anyone may write, those of a list among them, that their owner may, that stay here, or that
 * are made of others.
 */
export interface Collection<F extends Fields = Fields> {
  readonly kind: 'shared' | 'local' | 'list' | 'owned' | 'derived'
  readonly fields: F
  /** Fields that order a collection of which only a part is in memory. */
  readonly windowed?: readonly string[]
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

/** Fields that hold values alone. */
export type ValueFields = Readonly<Record<string, ValueField<unknown>>>

type OwnValueFields = ValueFields & { readonly id?: never }

/** What an object holds: fields of its own, and collections. */
export type ObjectSpec = Readonly<Record<string, Field | Collection>>

/** The kinds of objects of an app. */
export interface Schema<
  O extends Readonly<Record<string, ObjectSpec>> = Readonly<Record<string, ObjectSpec>>,
> {
  readonly version: number
  readonly objects: O
  /** How to read what was written under older versions. */
  readonly upcast?: Upcasts
}

/** What a field holds. */
export type FieldType<F> =
  F extends ValueField<infer T>
    ? T
    : F extends CounterField
      ? Counted
      : F extends TextField
        ? Edited
        : F extends RefField
          ? string
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

/**
 * A field that holds one value: `value<string>()`, or `value(z.string())` with a validator of any
 * library that keeps to Standard Schema.
 *
 * A validator is asked at each write of this client, and what it gives is stored. Neither the server
 * asks it, nor anybody who reads: what others wrote is shown as it is.
 */
export const value = <T extends Storable<T> = Value>(schema?: StandardSchema<T>): ValueField<T> =>
  schema === undefined ? { kind: 'value' } : { kind: 'value', validator: checkValidator(schema) }

/** A field that counts: `counter()`. */
export function counter(): CounterField
export function counter(...given: readonly unknown[]): CounterField {
  checkNothing('counter()', given)
  return { kind: 'counter' }
}

/** A field that holds text which people may edit at the same time: `text()`. */
export function text(): TextField
export function text(...given: readonly unknown[]): TextField {
  checkNothing('text()', given, ': a validator belongs to value(schema)')
  return { kind: 'text' }
}

/**
 * Rows that anyone may write, field by field.
 *
 * With `windowed` they may be a million: only what is shown of them is in memory, in the order of
 * one of the fields named there. They have values only.
 */
export function shared<F extends RowFields>(fields: F): Collection<F>
export function shared<F extends OwnValueFields, const W extends keyof F & string>(
  fields: F,
  options: { readonly windowed: readonly W[] },
): WindowedRows<F, W>
export function shared(
  fields: Fields,
  options: { readonly windowed?: readonly string[] } = {},
): Collection {
  checkHolder('shared(…)', 'fields by name', fields)
  checkNames('shared(fields, options)', options, ['windowed'])
  const { windowed } = options
  return windowed === undefined ? { kind: 'shared', fields } : { kind: 'shared', fields, windowed }
}

/** Rows that never leave this device; they have values only, as nobody else writes them. */
export function local<F extends OwnValueFields>(fields: F): Collection<F>
export function local(fields: ValueFields, ...given: readonly unknown[]): Collection {
  checkHolder('local(…)', 'fields by name', fields)
  checkNothing('local(fields)', given)
  return { kind: 'local', fields }
}

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
export function list<F extends RowFields>(fields: F): RowList<F>
export function list(
  of: ValueField<unknown> | Fields,
  ...given: readonly unknown[]
): RowList | ValueList {
  checkHolder('list(…)', 'value() or fields by name', of)
  checkNothing('list(fields)', given)
  if (isField(of) && of.kind !== 'value') {
    const kind: string = of.kind
    throw new UsageError('BAD_VALUE', `list(…) takes value() or fields by name, not ${kind}()`)
  }
  return isField(of) ? { kind: 'list', fields: {}, item: of } : { kind: 'list', fields: of }
}

/** A field says so in its kind, which is text; in fields, one of the name `kind` is a field. */
const isField = (of: ValueField<unknown> | Fields): of is ValueField<unknown> =>
  typeof of.kind === 'string'

/** What `object` made: all else is no kind of objects. */
const made = new WeakSet<object>()

/** One kind of object. */
export function object<O extends ObjectSpec>(spec: O): O {
  checkHolder('object({ … })', 'fields and collections', spec)
  made.add(spec)
  return spec
}

/**
 * Describes an app's objects; hooks infer their types from it and the server takes the same.
 *
 * ```ts
 * const schema = defineSchema({
 *   addressBook: object({ title: value<string>(), contacts: shared({ name: value<string>() }) }),
 * })
 * ```
 * A version above 1 tells how to read what older ones wrote: `{ version: 2, upcast: { 1: (fields) =>
 * fields } }` gets fields of a row that were written under version 1 and gives what they are now.
 *
 * Errors  `UsageError` for a name that no field may have, for what `object` did not make, for what is
 *         neither a field nor a collection, for texts and counters of local rows, for an upcast of no older version, and
 *         for what a windowed collection cannot be
 */
export function defineSchema<const O extends Readonly<Record<string, ObjectSpec>>>(
  objects: O,
  options: { readonly version?: number; readonly upcast?: Upcasts } = {},
): Schema<O> {
  checkHolder('defineSchema(…)', 'kinds of objects by name', objects)
  checkNames('defineSchema(objects, options)', options, ['version', 'upcast'])
  const version = checkVersion(options.version ?? 1)
  const { upcast } = options
  if (upcast !== undefined) checkUpcasts(upcast, version)
  for (const [kind, spec] of Object.entries(objects)) {
    if (!made.has(spec))
      throw new UsageError('BAD_VALUE', `${cut(kind)} is to be object({ … }), not ${cut(spec)}`)
    for (const [name, member] of Object.entries(spec)) checkMember(name, member)
    for (const [name, member] of Object.entries(spec)) {
      checkOwned(name, member, spec)
      checkDerived(name, member, spec)
      checkWindowed(name, member, spec)
    }
  }
  checkWindows(Object.values(objects), upcast !== undefined)
  for (const [kind, spec] of Object.entries(objects)) kinds.set(spec, kind)
  return { version, objects, ...(upcast && { upcast }) }
}

/** What kinds are called, by what `defineSchema` was given. */
const kinds = new WeakMap<ObjectSpec, string>()

/** What a kind of objects is called in its schema; undefined where it is in none. */
export const kindOf = (spec: ObjectSpec): string | undefined => kinds.get(spec)

const fieldKinds: readonly unknown[] = ['value', 'counter', 'text', 'ref'] satisfies Field['kind'][]
const collectionKinds: readonly unknown[] = [
  'shared',
  'local',
  'list',
  'owned',
  'derived',
] satisfies Collection['kind'][]

function checkMember(name: string, member: Field | Collection): void {
  checkOwnField(name)
  const { kind, fields } = partsOf(member)
  if (fields === undefined && fieldKinds.includes(kind)) return
  if (fields === undefined || !collectionKinds.includes(kind)) {
    const what =
      'value(), counter(), text(), ref(…), shared({ … }), owned({ … }), derived(…), local({ … }), list({ … }) or marks()'
    throw new UsageError('BAD_VALUE', `${cut(name)} is to be ${what}, not ${cut(member)}`)
  }
  for (const [field, it] of Object.entries(fields)) {
    checkOwnField(field)
    if (field === 'id')
      throw new UsageError('RESERVED_NAME', `"id" of ${cut(name)}: a row shows its id itself`)
    if (fieldKinds.includes(partsOf(it).kind)) continue
    const which = `${cut(field)} of ${cut(name)}`
    throw new UsageError(
      'BAD_VALUE',
      `${which} is to be value(), counter(), text() or ref(…), not ${cut(it)}`,
    )
  }
  if (kind === 'local') checkLocal(name, fields as Fields)
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

function checkLocal(name: string, fields: Fields): void {
  for (const [field, { kind }] of Object.entries(fields)) {
    if (kind === 'value') continue
    const what = `${cut(field)} of ${cut(name)} is a ${kind}`
    throw new UsageError('BAD_VALUE', `${what}; rows that stay on this device have values only`)
  }
}
