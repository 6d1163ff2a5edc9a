import {
  canonicalJson,
  counter,
  derived,
  isDeleted,
  ITEM,
  type Json,
  list,
  object,
  type RowKey,
  rowName,
  rowView,
  shared,
  text,
  value,
} from '@react-collab/core'
import type { SharedObject } from 'react-collab/testing'
import type { Watcher } from './world.js'

const writerOf = (text: unknown): string | undefined =>
  typeof text === 'string' ? text.split('-')[0] : undefined

/**
 * Groups by who wrote a field last: rows come, go and change their group. Canonical, as the order of
 * a row's fields says nothing.
 */
const spec = object({
  contacts: shared({
    name: value<string>(),
    phone: value<string>(),
    email: value<string>(),
    note: value<string>(),
    bio: text(),
    calls: counter(),
  }),
  tasks: list({ text: value<string>() }),
  byWriter: derived('contacts', {
    key: (row: { name?: string }) => writerOf(row.name),
    reduce: (rows) => ({ rows: rows.map((row) => canonicalJson(row as Json)) }),
    version: 1,
  }),
  byText: derived('tasks', {
    key: (row: { text?: string }) => writerOf(row.text),
    reduce: (rows) => ({ count: rows.length }),
    version: 1,
  }),
})

/** What a run has shown of derived rows. */
export interface DerivedWatch extends Watcher {
  /** Times that they were taken from disk. */
  readonly restored: number
  /** Rows that were compared. */
  readonly compared: number
}

/** Watches that derived rows are f(visible) in every tab, after every step (R16). */
export function watchDerived(): DerivedWatch {
  let restored = 0
  let compared = 0
  return {
    get restored() {
      return restored
    },
    get compared() {
      return compared
    },
    opened({ replica }) {
      const { derivations } = replica
      if (!derivations.isEmpty) return
      replica.describe(spec)
      const restore = derivations.restore.bind(derivations)
      derivations.restore = (...args) => {
        restored += 1
        restore(...args)
      }
    },
    look(tab, shown) {
      if (!shown.replica.ready) return undefined
      const is = shownIn(shown)
      compared += is.length
      const should = scratch(shown)
      if (JSON.stringify(is) === JSON.stringify(should)) return undefined
      return `${tab} shows of ${shown.id} ${JSON.stringify(is)}, which derives ${JSON.stringify(should)}`
    },
  }
}

type Derived = readonly (readonly [key: string, fields: unknown])[]

/** The derived rows as anybody reads them. */
function shownIn({ replica: { visible } }: SharedObject): Derived {
  const keys = ['byWriter/', 'byText/'].flatMap((prefix) => [...visible.keys(prefix)])
  return keys.sort().map((key) => [key, visible.row(key)?.values] as const)
}

/** The same in the plainest way: everything again at each look. */
function scratch(shown: SharedObject): Derived {
  const writers = grouped(shown, 'contacts/', 'name')
  const texts = grouped(shown, 'tasks/', 'text')
  return [
    ...writers.map(
      ([name, rows]) => [`byWriter/${encoded(name)}`, { rows: rows.map(String) }] as const,
    ),
    ...texts.map(([name, rows]) => [`byText/${encoded(name)}`, { count: rows.length }] as const),
  ].sort(([a], [b]) => (a < b ? -1 : 1))
}

const encoded = (name: string): string => encodeURIComponent(name).replaceAll('~', '%7E')

function grouped({ replica: { visible } }: SharedObject, prefix: string, field: string) {
  const groups = new Map<string, string[]>()
  for (const key of [...visible.keys(prefix)].sort()) {
    const view = viewOf(visible.row(key), key)
    const name = writerOf(view?.[field])
    if (view !== undefined && name !== undefined)
      groups.set(name, [...(groups.get(name) ?? []), canonicalJson(view as Json)])
  }
  return [...groups]
}

function viewOf(row: ReturnType<SharedObject['replica']['visible']['row']>, key: RowKey) {
  if (row === undefined || isDeleted(row) || row.values[ITEM] !== undefined) return undefined
  return rowView(row, rowName(key))
}
