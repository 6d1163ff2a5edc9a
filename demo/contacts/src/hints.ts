import type { ContactField } from './contact.js'

/**
 * A friendly word about what was typed; never a reason not to save it.
 *
 * A phone number with letters is let through on purpose: the server of this demo refuses it, and
 * the refused edit can be seen.
 */
export function hintFor(field: ContactField, text: string): string | undefined {
  const value = text.trim()
  if (value === '') return undefined
  if (field === 'phone') return phoneHint(value)
  if (field === 'email') return emailHint(value)
  return undefined
}

function phoneHint(value: string): string | undefined {
  if (/\p{L}/u.test(value)) {
    return 'This server refuses letters in a phone number. Try it: the edit is kept for you.'
  }
  return /\d/.test(value) ? undefined : 'There is no digit in this phone number yet.'
}

function emailHint(value: string): string | undefined {
  if (/\s/.test(value)) return 'There is a space in this address.'
  return /^[^@]+@[^@]+$/.test(value)
    ? undefined
    : 'An email address usually looks like ada@math.org.'
}
