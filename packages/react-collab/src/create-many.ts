import { cut, type Json, prefixOf, type RowKey, rowName, UsageError } from '@react-collab/core'
import { checkFields, type FieldValues } from './differences.js'
import { type Edit, unchanged, type Written } from './edit.js'
import { fieldJson, type KnownFields } from './field-json.js'
import type { Image } from './image.js'
import type { SharedObject } from './shared-object.js'

/** Rows that were added at once: what was written, and their ids. */
export interface AddedMany extends Written {
  /** In the order in which the rows were given. */
  readonly ids: readonly string[]
}

/** Makes rows of their fields, all or, where one is wrong, none; the error names the row by its place. */
export function createMany(
  object: SharedObject,
  collection: string,
  rows: readonly FieldValues[],
): AddedMany {
  const spec = object.collection(collection)
  if (spec !== undefined && spec.kind !== 'shared' && spec.kind !== 'owned')
    throw new UsageError(
      'UNKNOWN_COLLECTION',
      `${cut(collection)} is ${spec.kind}: only rows of shared and owned collections are made at once`,
    )
  if (!Array.isArray(rows))
    throw new UsageError(
      'BAD_VALUE',
      `rows are made of a list of their fields, not of ${cut(rows)}`,
    )
  const keys: RowKey[] = []
  const images = rows.map((fields: FieldValues, place): Image => {
    try {
      const { id = object.newId(), ...values } = checked(fields)
      if (typeof id !== 'string')
        throw new UsageError('BAD_ID', `the id of a row is text, not ${cut(id)}`)
      const key = object.newKey(collection, id)
      keys.push(key)
      object.checkNames(spec?.fields, Object.keys(values))
      return [key.slice(startOf(key).length), jsonIn(values, spec?.fields)]
    } catch (error) {
      throw error instanceof UsageError ? atRow(error, place) : error
    }
  })
  const [first] = keys
  if (first === undefined) return { ids: [], ...unchanged }
  return added(object.replica.editBatch({ prefix: startOf(first), images }), keys)
}

function checked(fields: FieldValues): FieldValues {
  checkFields(fields)
  return fields
}

const jsonIn = (values: FieldValues, known: KnownFields | undefined): Record<string, Json> =>
  Object.fromEntries(
    Object.entries(values).map(([field, value]) => [field, fieldJson(field, value, known)]),
  )

const atRow = (error: UsageError, place: number): UsageError =>
  new UsageError(error.code, `row ${place}: ${error.message.slice(error.code.length + 2)}`, {
    cause: error.cause,
  })

/** What the key begins with, up to the id. */
function startOf(key: RowKey): string {
  const tilde = key.indexOf('~')
  return tilde < 0 ? prefixOf(key) : key.slice(0, tilde + 1)
}

function added(edits: readonly Edit[], keys: readonly RowKey[]): AddedMany {
  let server: Promise<number> | undefined
  return {
    ids: keys.map(rowName),
    // They reach the disk together.
    get local() {
      return (edits.at(-1) as Edit).local
    },
    get server() {
      server ??= allLogged(edits)
      // Nobody has to listen.
      server.catch(() => undefined)
      return server
    },
  }
}

/** Resolves to the seq of the last one; rejects when one was refused, once it is known of all. */
async function allLogged(edits: readonly Edit[]): Promise<number> {
  let last = 0
  let refused: unknown
  // Numbers enter the log in their order: when the last is there, it is known of all before it.
  for (const edit of [...edits].reverse()) {
    if (edit.stage === 'logged' && last > 0) continue
    const seq = await edit.server.catch((error: unknown) => {
      refused ??= error
      return 0
    })
    last = Math.max(last, seq)
  }
  if (refused !== undefined) throw refused as Error
  return last
}
