import {
  type Collection,
  counterOf,
  cut,
  emptyRow,
  type Fields,
  isDeleted,
  isSeedStamp,
  ITEM,
  type Json,
  keysBetween,
  MAX_COUNTER,
  type ObjectSpec,
  type Patch,
  PLACE,
  type Replica,
  type RefField,
  ROOT,
  type RowKey,
  type RowList,
  type RowOf,
  TOMBSTONE,
  UsageError,
  type ValueField,
  type ValueList,
  writerTag,
} from '@react-collab/core'
import type { Client } from './client.js'
import { checkFields, type FieldValues } from './differences.js'
import type { ObjectRef } from './object-ref.js'
import type { Platform } from './platform.js'
import type { SharedObject } from './shared-object.js'
import { workshopOf } from './workshop.js'

/** What an object begins with: own values, shared rows by their ids, and lists in their order. */
export type SeedContent<S extends ObjectSpec> = {
  readonly [K in keyof S]?: S[K] extends ValueField<infer T>
    ? T
    : S[K] extends RefField
      ? string
      : S[K] extends ValueList<infer V>
        ? readonly { readonly id: string; readonly value: V }[]
        : S[K] extends RowList<infer F>
          ? readonly ({ readonly id: string } & RowOf<F>)[]
          : S[K] extends Collection<infer F>
            ? Readonly<Record<string, RowOf<F>>>
            : never
}

/** Options of `seed`. */
export interface SeedOptions {
  /** Counts from 1, the default; raise it when the content changes. */
  readonly version?: number
}

/** How long the server may take to tell what is there, ms: without a word the seed is written. */
const PATIENCE_MS = 1000

/**
 * Gives an object what it begins with, where it has nothing: once, whoever does so, and however many
 * devices do so offline.
 *
 * ```ts
 * await seed(client, ref.board('team'), { title: 'Board', todos: [{ id: 'first', text: 'Look around' }] })
 * ```
 * What it writes loses against every edit, earlier or later, and rows have the ids that you give: so
 * nothing is overwritten, doubled, or back after somebody has removed it. A seed of a higher `version`
 * adds what is new, and replaces what only an older seed wrote. Call it as often as you like: where
 * everything is there, nothing is written.
 *
 * Resolves when that is on this device's disk.
 *
 * Errors  `UsageError` for what is no value, shared row or list of the schema: a text or a counter
 *         that two devices begin would be there twice
 */
export async function seed<S extends ObjectSpec>(
  client: Client,
  target: ObjectRef<S>,
  content: SeedContent<S>,
  options: SeedOptions = {},
): Promise<void> {
  const version = versionOf(options)
  const { platform } = workshopOf(client)
  const open = client.open(target)
  const { object } = open
  try {
    const plan = planOf(object, content)
    await object.loaded
    await settled(client, target, platform)
    const patches = plan.filter((patch) => isMissing(object, patch, version))
    if (patches.length > 0) await object.replica.editing.seed(patches, version).local
  } finally {
    open.close()
  }
}

function versionOf(options: SeedOptions): number {
  const { version = 1, ...others } = Object(options) as SeedOptions
  if (typeof options !== 'object' || options === null || Object.keys(others).length > 0)
    throw new UsageError('BAD_VALUE', `seed takes { version } last, not ${cut(options)}`)
  if (Number.isSafeInteger(version) && version >= 1 && version <= MAX_COUNTER) return version
  throw new UsageError(
    'BAD_VALUE',
    `the version of a seed counts from 1, and is not ${cut(version)}`,
  )
}

/** Resolves when the server has told what there is, or is not there to tell it. */
async function settled(
  client: Client,
  target: ObjectRef,
  platform: Pick<Platform, 'timer'>,
): Promise<void> {
  const lost = ['waiting', 'needs-auth', 'refused']
  const isSettled = (): boolean =>
    client.hasSynced(target) === true || lost.includes(client.connection.status)
  if (isSettled()) return
  await new Promise<void>((resolve) => {
    const cancel = platform.timer(PATIENCE_MS, end)
    const forget = client.subscribe(() => isSettled() && end())
    function end(): void {
      cancel()
      forget()
      resolve()
    }
  })
}

/** What a seed writes; a later seed is later than what an earlier one wrote, and everybody's edits. */
function isMissing({ replica }: SharedObject, [, key, field]: Patch, version: number): boolean {
  const row = replica.visible.written(key) ?? emptyRow
  // What was removed does not come back, nor does it change beneath its tombstone.
  if (isDeleted(row)) return false
  if (!Object.hasOwn(row.stamps, field)) return true
  const stamp = row.stamps[field]
  return stamp !== undefined && isSeedStamp(stamp) && counterOf(stamp) < version
}

/** All that a seed holds, as patches; the same for everybody. */
function planOf(object: SharedObject, content: FieldValues): Patch[] {
  const { spec } = object
  if (spec === undefined)
    throw new UsageError('BAD_VALUE', `to seed ${object.id} takes a ref of createCollab`)
  checkFields(content)
  return Object.entries(content).flatMap(([name, value]) => {
    const member = Object.hasOwn(spec, name) ? spec[name] : undefined
    switch (member?.kind) {
      case 'value':
      case 'ref':
        return [patchOf(ROOT, name, object.changes.jsonOf(ROOT, name, value, spec))]
      case 'shared':
        return planRows(object, name, value)
      case 'list':
        return planList(object, name, value)
      default:
        return unfit(name, member?.kind)
    }
  })
}

function unfit(name: string, kind: string | undefined): never {
  const what = kind === undefined ? 'is not in the schema' : `is ${kind}`
  const message = `${cut(name)} ${what}: a seed has values, shared rows and lists`
  throw new UsageError('BAD_VALUE', message)
}

function planRows(object: SharedObject, name: string, rows: unknown): Patch[] {
  if (typeof rows !== 'object' || rows === null || Array.isArray(rows))
    throw new UsageError(
      'BAD_VALUE',
      `the rows of ${cut(name)} begin as { theirId: { … } }, not with ${cut(rows)}`,
    )
  checkFields(rows)
  return Object.entries(rows as FieldValues).flatMap(([id, fields]) =>
    planRow(object, object.key(name, id), fields, object.collection(name)?.fields ?? {}),
  )
}

function planRow(object: SharedObject, key: RowKey, fields: unknown, known: Fields): Patch[] {
  checkFields(fields)
  const patches = Object.entries(fields as FieldValues).map(([field, value]) => {
    const kind = Object.hasOwn(known, field) ? known[field]?.kind : undefined
    if (kind !== 'value' && kind !== 'ref') return unfit(field, kind)
    return patchOf(key, field, object.changes.jsonOf(key, field, value, known))
  })
  // A row without a field is there by its tombstone, which is down.
  return patches.length > 0 ? patches : [patchOf(key, TOMBSTONE, false)]
}

function planList(object: SharedObject, name: string, items: unknown): Patch[] {
  if (!Array.isArray(items))
    throw new UsageError(
      'BAD_VALUE',
      `the list ${cut(name)} begins with its items, not with ${cut(items)}`,
    )
  checkIds(name, items)
  const places = keysBetween(undefined, undefined, items.length, seedTag)
  return items.flatMap((item: unknown, i) => {
    checkFields(item)
    const { id, ...fields } = item as FieldValues
    const key = object.key(name, id as string)
    return [...planItem(object, name, key, fields), patchOf(key, PLACE, ['', places[i] as Json])]
  })
}

function checkIds(name: string, items: readonly unknown[]): void {
  const ids = items.map((item) => (item as { readonly id?: unknown } | null)?.id)
  const twice = ids.find((id, i) => ids.indexOf(id) < i)
  if (twice !== undefined)
    throw new UsageError('BAD_ID', `two items of ${cut(name)} begin with the id ${cut(twice)}`)
}

function planItem(object: SharedObject, name: string, key: RowKey, fields: FieldValues): Patch[] {
  const items = object.changes.itemsOf(name)
  if (items === undefined)
    return planRow(object, key, fields, object.collection(name)?.fields ?? {})
  return [patchOf(key, ITEM, object.changes.jsonOf(key, ITEM, fields['value'], items))]
}

const patchOf = (key: RowKey, field: string, json: Json): Patch => ['=', key, field, json]

/** Places are the same whoever seeds. */
const seedTag = writerTag('seedseed' as Replica)
