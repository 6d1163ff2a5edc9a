import { CONTACTS, contactFields, idOfRowKey } from './contact.js'

/** A patch as the outbox shows it: kind, row, field, and the value of a write. */
export type AnyPatch = readonly [kind: string, row: string, field: string, ...more: unknown[]]

/** What a refused edit tried to do. */
export interface DescribedEdit {
  /** The contact; undefined for the address book itself. */
  readonly id: string | undefined
  readonly action: 'create' | 'change' | 'delete' | 'restore' | 'rename'
  /** What it would have written, by field. */
  readonly values: Readonly<Record<string, string>>
}

/** Says what an edit tried to do, from its patches. */
export function describeEdit(patches: readonly AnyPatch[]): DescribedEdit {
  const [first] = patches
  const id = first === undefined ? undefined : idOfRowKey(first[1])
  const values: Record<string, string> = {}
  let deleted: unknown
  for (const [kind, , field, value] of patches) {
    if (field === '$del') deleted = value
    else values[field] = kind === '=' ? String(value) : ''
  }
  return { id, action: actionOf(id, deleted, Object.keys(values).length), values }
}

function actionOf(
  id: string | undefined,
  deleted: unknown,
  fields: number,
): DescribedEdit['action'] {
  if (id === undefined) return 'rename'
  if (deleted === true) return 'delete'
  if (deleted === false) return fields > 0 ? 'create' : 'restore'
  return 'change'
}

/** The name of a field as people read it. */
export const labelOf = (field: string): string =>
  contactFields.find(({ name }) => name === field)?.label ?? field

/** The contacts that edits touch. */
export function touchedContacts(
  edits: readonly { readonly patches: readonly AnyPatch[] }[],
): ReadonlySet<string> {
  const ids = new Set<string>()
  const prefix = `${CONTACTS}/`
  for (const { patches } of edits) {
    for (const [, key] of patches) {
      const id = key.startsWith(prefix) ? idOfRowKey(key) : undefined
      if (id !== undefined) ids.add(id)
    }
  }
  return ids
}
