import { ClockError, cut } from './errors.js'

declare const brand: unique symbol

/** One writer of events: 8 base36 characters, leased by one tab at a time. */
export type Replica = string & { readonly [brand]: 'replica' }

/**
 * Says who wins: 20 base36 characters, ms (9) + counter (3) + replica (8).
 *
 * The order of the strings is the total order of all stamps [CLK1]. Never compared with a `seq`,
 * which says what has been seen.
 */
export type Stamp = string & { readonly [brand]: 'stamp' }

/** The parts of a stamp: `ms` since the Unix epoch, `counter` within that millisecond. */
export interface StampParts {
  readonly ms: number
  readonly counter: number
  readonly replica: Replica
}

/** The greatest millisecond that a stamp can hold (the year 5188). */
export const MAX_MS: number = 36 ** 9 - 1

/** The greatest counter that a stamp can hold. */
export const MAX_COUNTER: number = 36 ** 3 - 1

const stampShape = /^[0-9a-z]{20}$/
const replicaShape = /^[0-9a-z]{8}$/

/** Tells whether `value` is written like a stamp. */
export const isStamp = (value: unknown): value is Stamp =>
  typeof value === 'string' && stampShape.test(value)

/** Tells whether `value` is written like a replica. */
export const isReplica = (value: unknown): value is Replica =>
  typeof value === 'string' && replicaShape.test(value)

/** Names the writer of a stamp. */
export const replicaOf = (stamp: Stamp): Replica => stamp.slice(12) as Replica

/** Tells the millisecond of a stamp. */
export const msOf = (stamp: Stamp): number => Number.parseInt(stamp.slice(0, 9), 36)

/** Tells the counter of a stamp. */
export const counterOf = (stamp: Stamp): number => Number.parseInt(stamp.slice(9, 12), 36)

const digits = [...'0123456789abcdefghijklmnopqrstuvwxyz']
const pairs = digits.flatMap((first) => digits.map((second) => first + second))

/** Writes a number below 36² in two base36 digits. */
export const pairAt = (value: number): string => pairs[value] as string

/** Writes a number in base36, padded to `width` so that string order is number order. */
export function base36(value: number, width: number): string {
  // By hand: every edit makes a stamp, and `toString(36)` takes longer than the rest of it.
  let text = ''
  let rest = value
  let left = width
  for (; left > 1 || rest >= 36; left -= 2) {
    text = pairAt(rest % 1296) + text
    rest = Math.floor(rest / 1296)
  }
  return left > 0 || rest > 0 ? digits[rest] + text : text
}

/** Writes a stamp from its parts; throws `CLOCK_RANGE` where they do not fit. */
export function formatStamp({ ms, counter, replica }: StampParts): Stamp {
  if (!(Number.isInteger(ms) && ms >= 0 && ms <= MAX_MS)) {
    throw new ClockError('CLOCK_RANGE', `no stamp holds ${ms} ms`)
  }
  if (!(Number.isInteger(counter) && counter >= 0 && counter <= MAX_COUNTER)) {
    throw new ClockError('CLOCK_RANGE', `no stamp holds counter ${counter}`)
  }
  return (base36(ms, 9) + base36(counter, 3) + replica) as Stamp
}

/** Reads a stamp's parts; throws `BAD_STAMP` for anything else. */
export function parseStamp(text: string): StampParts {
  if (!isStamp(text)) throw new ClockError('BAD_STAMP', `${cut(text)} is not a stamp`)
  return { ms: msOf(text), counter: counterOf(text), replica: replicaOf(text) }
}

/**
 * Makes the stamp of what a seed of this version writes: of the first millisecond there is, so that
 * every edit is later, and later seeds are later than earlier ones.
 */
export const seedStamp = (version: number, replica: Replica): Stamp =>
  formatStamp({ ms: 0, counter: version, replica })

/** Tells whether what has this stamp comes from a seed. */
export const isSeedStamp = (stamp: Stamp): boolean => msOf(stamp) === 0

/** Makes a replica of 8 random characters; `random` returns numbers in [0, 1). */
export function createReplica(random: () => number): Replica {
  let text = ''
  while (text.length < 8) text += Math.floor(random() * 36).toString(36)
  return text as Replica
}

/** The stamp that a clock which stands still makes `steps` after `stamp`; throws `CLOCK_RANGE`. */
export function stampAfter(stamp: Stamp, steps: number): Stamp {
  if (steps === 0) return stamp
  const all = counterOf(stamp) + steps
  const ms = msOf(stamp) + Math.floor(all / (MAX_COUNTER + 1))
  return formatStamp({ ms, counter: all % (MAX_COUNTER + 1), replica: replicaOf(stamp) })
}
