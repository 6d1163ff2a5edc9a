import { useCallback, useSyncExternalStore } from 'react'
import { colorOf } from 'react-collab'
import { keptAs } from './device.js'

/** Who somebody says they are; it stays in this browser, and is shown to whoever is here as well. */
export interface Person {
  readonly name: string
  /** As `#1971c2`. */
  readonly color: string
}

const KEY = keptAs('person')
export const MOST_NAME = 40

const manners = ['Quiet', 'Brave', 'Merry', 'Swift', 'Gentle', 'Clever', 'Sunny', 'Bold']
const animals = [
  'Otter',
  'Heron',
  'Fox',
  'Badger',
  'Lynx',
  'Finch',
  'Hare',
  'Marten',
  'Owl',
  'Seal',
]

const listeners = new Set<() => void>()
let person = remembered() ?? anyone()

/** Who one is, and how to be somebody else; the same in all demos and tabs. */
export function usePerson(): readonly [Person, (person: Person) => void] {
  const current = useSyncExternalStore(subscribe, () => person)
  const set = useCallback((next: Person) => {
    keep(next)
    for (const listener of listeners) listener()
  }, [])
  return [current, set]
}

/** Reads a name and a colour that somebody else sent, or that were kept: they may be anything. */
export function readPerson(value: unknown, seed: string): Person {
  const { name, color } = (value ?? {}) as Partial<Record<keyof Person, unknown>>
  const isColor = typeof color === 'string' && /^#[0-9a-f]{6}$/i.test(color)
  return {
    name: (typeof name === 'string' && name.trim().slice(0, MOST_NAME)) || 'Somebody',
    color: isColor ? color : colorOf(seed),
  }
}

function subscribe(listener: () => void): () => void {
  const hear = (): void => {
    person = remembered() ?? person
    listener()
  }
  listeners.add(listener)
  addEventListener('storage', hear)
  return () => {
    listeners.delete(listener)
    removeEventListener('storage', hear)
  }
}

function keep(next: Person): void {
  person = next
  try {
    localStorage.setItem(KEY, JSON.stringify(next))
  } catch {
    // Without storage one is somebody else after a reload.
  }
}

function remembered(): Person | undefined {
  try {
    const text = localStorage.getItem(KEY)
    return text === null ? undefined : readPerson(JSON.parse(text), text)
  } catch {
    return undefined
  }
}

/** Somebody with a name that is easy to tell from others, until they choose their own. */
function anyone(): Person {
  const pick = (words: readonly string[]): string =>
    words[Math.floor(Math.random() * words.length)] ?? ''
  const name = `${pick(manners)} ${pick(animals)}`
  const made = { name, color: colorOf(name) }
  keep(made)
  return made
}
