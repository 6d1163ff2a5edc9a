import {
  applyEvent,
  isDeleted,
  type Json,
  type ObjectState,
  parseRowKey,
  placeOf,
  PLACE,
  prefixOf,
  ROOT,
  type Row,
  type RowKey,
  TOMBSTONE,
} from '@react-collab/core'
import type { LoggedEvent } from './print-log.js'

/** The state of an object at one entry; it changes as later ones are applied. */
export interface StateStart {
  readonly term: string
  readonly seq: number
  readonly state: ObjectState
}

/**
 * What an object holds, as JSON with a line for each row: its own fields, and the rows of its
 * collections that are not deleted, lists in their order.
 */
export function* stateLines(
  object: string,
  { term, state, seq }: StateStart,
  events: Iterable<LoggedEvent>,
): Generator<string> {
  let head = seq
  for (const { seq, event } of events) {
    applyEvent(state, event)
    head = seq
  }
  const [start] = JSON.stringify({ object, seq: head, term }).split(/\}$/)
  const root = state.rows.get(ROOT)
  yield `${start},"fields":${JSON.stringify(root === undefined ? {} : fieldsOf(root))},`
  yield '"collections":{'
  const names = collectionsOf(state)
  for (const [i, [name, keys]] of names.entries()) {
    yield `${JSON.stringify(name)}:[`
    for (const [j, key] of keys.entries()) {
      yield JSON.stringify(rowJson(key, state)) + (j < keys.length - 1 ? ',' : '')
    }
    yield i < names.length - 1 ? '],' : ']'
  }
  yield '}}'
}

/** The rows that are shown, by collection. */
function collectionsOf({ rows }: ObjectState): (readonly [string, readonly RowKey[]])[] {
  const byPrefix = new Map<string, RowKey[]>()
  for (const [key, row] of rows) {
    if (key === ROOT || isDeleted(row)) continue
    const own = byPrefix.get(prefixOf(key))
    if (own === undefined) byPrefix.set(prefixOf(key), [key])
    else own.push(key)
  }
  return [...byPrefix.values()].map((keys) => {
    const sorted = keys
      .map((key) => [sortKeyOf(key, rows.get(key) as Row), key] as const)
      .sort(([a], [b]) => (a < b ? -1 : 1))
    return [parseRowKey(keys[0] as RowKey).collection, sorted.map(([, key]) => key)] as const
  })
}

/** Lists in their order, one after another; what stands in none comes first. */
function sortKeyOf(key: RowKey, row: Row): string {
  const [list, order] = placeOf(row) ?? ['', '']
  return [list, order, key].join('\n')
}

function rowJson(key: RowKey, { rows }: ObjectState): Json {
  const { id, owner } = parseRowKey(key)
  const named = owner === undefined ? { id } : { id, owner }
  return { ...fieldsOf(rows.get(key) as Row), ...named }
}

/** The fields as they are shown: a register before a text before a counter. */
function fieldsOf({ values, sums, texts }: Row): Record<string, Json> {
  const typed = Object.entries(texts ?? {}).map(([field, { live }]) => [
    field,
    live.text.toString(),
  ])
  const { [TOMBSTONE]: _deleted, [PLACE]: _place, ...own } = values
  return { ...sums, ...(Object.fromEntries(typed) as Record<string, Json>), ...own }
}
