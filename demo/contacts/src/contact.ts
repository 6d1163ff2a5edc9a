/** A contact as this page knows it; every field may be missing, because it may not be written yet. */
export interface Contact {
  readonly id: string
  readonly name?: string
  readonly company?: string
  readonly phone?: string
  readonly email?: string
  readonly notes?: string
}

/** The name of a field that a person can edit. */
export type ContactField = Exclude<keyof Contact, 'id'>

/** What a person fills in. */
export type ContactValues = Readonly<Partial<Record<ContactField, string>>>

/** How a field is shown and typed. */
export interface FieldLook {
  readonly name: ContactField
  readonly label: string
  /** The keyboard that a phone shows. */
  readonly inputMode: 'text' | 'tel' | 'email'
  readonly isLong?: boolean
}

/** The fields in the order in which they are shown. */
export const contactFields: readonly FieldLook[] = [
  { name: 'name', label: 'Name', inputMode: 'text' },
  { name: 'company', label: 'Company', inputMode: 'text' },
  { name: 'phone', label: 'Phone', inputMode: 'text' },
  { name: 'email', label: 'Email', inputMode: 'email' },
  { name: 'notes', label: 'Notes', inputMode: 'text', isLong: true },
]

/** The collection that holds the contacts of an address book. */
export const CONTACTS = 'contacts'

const known = new WeakMap<object, Contact>()

/** Reads a row, whatever other apps may have written into it; the same row gives the same contact. */
export function contactOf(row: Contact): Contact {
  const before = known.get(row)
  if (before !== undefined) return before
  const contact: Record<string, string> = { id: row.id }
  for (const { name } of contactFields) {
    const value: unknown = row[name]
    if (typeof value === 'string') contact[name] = value
  }
  known.set(row, contact as unknown as Contact)
  return contact as unknown as Contact
}

/** What to call a contact; never empty. */
export function nameOf(contact: ContactValues): string {
  const named = [contact.name, contact.company, contact.email, contact.phone]
  return named.find((text) => text !== undefined && text.trim() !== '')?.trim() ?? 'No name'
}

/** The second line of a contact in the list. */
export function detailOf({ company, phone, email, name }: ContactValues): string {
  const parts = [name ? company : undefined, phone ?? email]
  return parts.filter((text) => text !== undefined && text.trim() !== '').join(' · ')
}

/** The key of a contact's row, as edits name it. */
export const rowKeyOf = (id: string): string =>
  `${CONTACTS}/${encodeURIComponent(id).replaceAll('~', '%7E')}`

/** The contact that an edit of this row concerns; undefined for other rows. */
export function idOfRowKey(key: string): string | undefined {
  if (!key.startsWith(`${CONTACTS}/`)) return undefined
  return decodeURIComponent(key.slice(CONTACTS.length + 1))
}
