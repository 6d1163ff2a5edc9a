import type { Event, Patch } from '@react-collab/core'
import type { SharedObject, Written } from 'react-collab'

/** The objects that all clients write to. */
export const objects: readonly string[] = ['ledger-1', 'ledger-2']

/** What the server refuses: the word in a value that its guard looks for. */
export const forbidden = 'refuse me'

/** The collection that all edits write to. */
const collection = 'marks'

/**
 * An edit names itself in what it writes, so that it is known again wherever it is found:
 * `client.life.number`, where a client begins another life each time it is started.
 */
export interface EditName {
  readonly client: string
  readonly life: number
  readonly number: number
}

/** The ways to edit; `refused` adds a row that the server does not take. */
export type EditKind = 'add' | 'touch' | 'refused'

const names = /^([a-z]\d+)\.(\d+)\.(\d+)$/

/** Reads a name; undefined where the text is none. */
export function readName(text: string): EditName | undefined {
  const [, client, life, number] = names.exec(text) ?? []
  if (client === undefined) return undefined
  return { client, life: Number(life), number: Number(number) }
}

/** Makes an edit; `touch` also writes a field of `row` that everyone writes. */
export function makeEdit(
  object: SharedObject,
  name: string,
  { kind, row }: { readonly kind: EditKind; readonly row: string },
): Written {
  // A field of its own name: the sender may not leave it out because a later edit covers it.
  if (kind === 'touch') return object.update(collection, row, { last: name, [name]: textOf(name) })
  const text = kind === 'refused' ? forbidden : textOf(name)
  return object.add(collection, { id: name, text })
}

/** The name of the edit that an event carries; throws when the event is not as it was written. */
export function nameOfEvent(event: Event): string {
  const fields = new Map(event[2].map((patch) => [fieldOf(patch), patch]))
  const text = fields.get('text')
  const name = text === undefined ? valueOf(fields.get('last')) : rowOf(text)
  const written = valueOf(fields.get(text === undefined ? String(name) : 'text'))
  const isWhole = written === textOf(String(name)) || written === forbidden
  if (typeof name !== 'string' || readName(name) === undefined || !isWhole) {
    throw new Error(`nobody made ${JSON.stringify(event).slice(0, 200)}`)
  }
  return name
}

/** A text that follows from the name alone, of a length that varies. */
const textOf = (name: string): string => `${name} `.repeat(1 + (name.length % 5))

const fieldOf = (patch: Patch): string => patch[2]
const rowOf = (patch: Patch): string => patch[1].slice(collection.length + 1)
const valueOf = (patch: Patch | undefined): unknown => (patch?.[0] === '=' ? patch[3] : undefined)
