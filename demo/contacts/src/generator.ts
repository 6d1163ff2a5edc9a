import { type ContactField, contactFields, type ContactValues } from './contact.js'
import { companies, familyNames, givenNames } from './names.js'

/** What the generator does next. */
export type Step =
  | { readonly kind: 'create'; readonly values: ContactValues }
  | {
      readonly kind: 'update'
      readonly id: string
      readonly field: ContactField
      readonly value: string
    }
  | { readonly kind: 'delete'; readonly id: string }

/** The contacts that a step may choose from. */
export interface Choices {
  readonly shown: readonly { readonly id: string }[]
  readonly deleted: readonly { readonly id: string }[]
}

const CREATE_SHARE = 0.6
const UPDATE_SHARE = 0.35

/**
 * Decides a step: 60 % create a contact, 35 % update one random field of one random contact, a
 * deleted one as likely as any other, 5 % delete a contact. What has no contact to choose creates.
 */
export function nextStep(random: () => number, { shown, deleted }: Choices): Step {
  const dice = random()
  if (dice >= CREATE_SHARE && dice < CREATE_SHARE + UPDATE_SHARE) {
    const at = Math.floor(random() * (shown.length + deleted.length))
    const chosen = at < shown.length ? shown[at] : deleted[at - shown.length]
    if (chosen !== undefined) return { kind: 'update', id: chosen.id, ...randomField(random) }
  } else if (dice >= CREATE_SHARE) {
    const chosen = shown[Math.floor(random() * shown.length)]
    if (chosen !== undefined) return { kind: 'delete', id: chosen.id }
  }
  return { kind: 'create', values: randomValues(random) }
}

function randomField(random: () => number): { field: ContactField; value: string } {
  const { name } = pick(random, contactFields)
  return { field: name, value: randomValues(random)[name] ?? '' }
}

/** All five fields of someone who does not exist. */
export function randomValues(random: () => number): ContactValues {
  const given = pick(random, givenNames)
  const family = pick(random, familyNames)
  const company = pick(random, companies)
  const address = [given, family].map(plain).filter(Boolean).join('.') || 'someone'
  return {
    name: `${given} ${family}`,
    company,
    phone: `+${digits(random, 2)} ${digits(random, 3)} ${digits(random, 3)} ${digits(random, 4)}`,
    email: `${address}@${plain(company) || 'company'}.example`,
    notes: `Met at the ${pick(random, places)}.`,
  }
}

const places = ['library', 'harbour', 'station', 'concert', 'workshop', 'garden', 'conference']

function pick<T>(random: () => number, from: readonly T[]): T {
  return from[Math.floor(random() * from.length)] as T
}

function digits(random: () => number, count: number): string {
  // The first is not 0.
  const least = 10 ** (count - 1)
  return String(least + Math.floor(random() * 9 * least))
}

function plain(text: string): string {
  return text
    .normalize('NFD')
    .toLowerCase()
    .replaceAll(/[^a-z]/g, '')
}
