/**
 * The stamps of two older systems, read and written without loss.
 *
 * Own -> foreign -> own is the identity. Foreign -> own keeps order or throws `CLOCK_RANGE`: both
 * systems have finer clocks or wider node ids than a stamp can hold, and rounding would let an
 * older write win [CLK6].
 */
import { ClockError, cut } from './errors.js'
import { formatStamp, parseStamp, type Replica, type Stamp } from './stamp.js'

const MAX_NODE = 36n ** 8n - 1n
const MAX_NTP64 = 2n ** 64n - 1n
const SECOND = 1_000_000_000n
/** One step of our counter in the nanoseconds of an RFC 3339 time: 46,656 steps fit in 1 ms. */
const NANOS_PER_COUNT = 20

function replicaFromNode(node: bigint, text: string): Replica {
  if (node > MAX_NODE) throw new ClockError('CLOCK_RANGE', `node of ${cut(text)} is too wide`)
  return node.toString(36).padStart(8, '0') as Replica
}

const nodeOfReplica = (replica: Replica): bigint =>
  [...replica].reduce((sum, digit) => sum * 36n + BigInt(Number.parseInt(digit, 36)), 0n)

function bad(text: string): never {
  throw new ClockError('BAD_STAMP', `${cut(text)} is in no known form`)
}

/** Writes `ms:counter:node` (15 decimal, 5 base36, 16 hex digits), as the contacts demo does. */
export function stampToContacts(stamp: Stamp): string {
  const { ms, counter, replica } = parseStamp(stamp)
  const node = nodeOfReplica(replica).toString(16).padStart(16, '0')
  return `${String(ms).padStart(15, '0')}:${counter.toString(36).padStart(5, '0')}:${node}`
}

/** Reads `ms:counter:node` into its numbers; throws `BAD_STAMP`. */
export function parseContacts(text: string): { ms: number; counter: number; node: bigint } {
  const found = /^(\d{15}):([0-9a-z]{5}):([0-9a-f]{16})$/.exec(text) ?? bad(text)
  const [, ms = '', counter = '', node = ''] = found
  return { ms: Number(ms), counter: Number.parseInt(counter, 36), node: BigInt(`0x${node}`) }
}

/** Reads `ms:counter:node` as a stamp; throws `CLOCK_RANGE` where it does not fit. */
export function stampFromContacts(text: string): Stamp {
  const { ms, counter, node } = parseContacts(text)
  return formatStamp({ ms, counter, replica: replicaFromNode(node, text) })
}

/**
 * Writes `RFC3339 with nanoseconds/id in hex`, as Spacedrive prints a uhlc stamp.
 *
 * Errors  `CLOCK_RANGE` for the replica `00000000`: uhlc has no id 0
 */
export function stampToSpacedrive(stamp: Stamp): string {
  const { ms, counter, replica } = parseStamp(stamp)
  const seconds = isoSeconds(Math.floor(ms / 1000))
  const nanos = (ms % 1000) * 1_000_000 + counter * NANOS_PER_COUNT
  const node = nodeOfReplica(replica)
  if (node === 0n) throw new ClockError('CLOCK_RANGE', `no id stands for replica ${cut(replica)}`)
  return `${seconds}.${String(nanos).padStart(9, '0')}Z/${node.toString(16)}`
}

/**
 * Reads `RFC3339/id` or uhlc's decimal `NTP64/id` into nanoseconds since 1970 and the id.
 *
 * NTP64 is finer than a nanosecond; `exact` tells whether it had to be rounded, up, as uhlc does.
 */
export function parseSpacedrive(text: string): { nanos: bigint; id: bigint; exact: boolean } {
  const found = /^(.+)\/([1-9a-f][0-9a-f]{0,31})$/.exec(text) ?? bad(text)
  const [, time = '', id = ''] = found
  return { ...nanosOf(time, text), id: BigInt(`0x${id}`) }
}

/** Reads either Spacedrive form as a stamp; throws `CLOCK_RANGE` where it does not fit. */
export function stampFromSpacedrive(text: string): Stamp {
  const { nanos, id, exact } = parseSpacedrive(text)
  const rest = Number(nanos % 1_000_000n)
  const counter = rest / NANOS_PER_COUNT
  if (!exact || !Number.isInteger(counter)) {
    throw new ClockError('CLOCK_RANGE', `${cut(text)} is finer than a stamp`)
  }
  return formatStamp({
    ms: Number(nanos / 1_000_000n),
    counter,
    replica: replicaFromNode(id, text),
  })
}

/** Converts a 64-bit NTP time (32 bits of seconds, 32 of fraction) to nanoseconds, rounding up. */
export const nanosFromNtp64 = (ntp: bigint): bigint =>
  (ntp >> 32n) * SECOND + (((ntp & 0xffff_ffffn) * SECOND + 0xffff_ffffn) >> 32n)

/** Converts nanoseconds to 64-bit NTP time, rounding down, so that the way back is exact. */
export const ntp64FromNanos = (nanos: bigint): bigint =>
  ((nanos / SECOND) << 32n) + ((nanos % SECOND) << 32n) / SECOND

function nanosOf(time: string, text: string): { nanos: bigint; exact: boolean } {
  if (/^\d{1,20}$/.test(time)) {
    const ntp = BigInt(time)
    if (ntp > MAX_NTP64) bad(text)
    const nanos = nanosFromNtp64(ntp)
    return { nanos, exact: ntp64FromNanos(nanos) === ntp }
  }
  const found = /^(\d{4,5}-\d\d-\d\dT\d\d:\d\d:\d\d)\.(\d{9})Z$/.exec(time) ?? bad(text)
  const [, date = '', fraction = ''] = found
  return { nanos: BigInt(secondsOf(date, text)) * SECOND + BigInt(fraction), exact: true }
}

// Civil dates without `Date`, which core does not have: Howard Hinnant's days_from_civil.
function isoSeconds(seconds: number): string {
  const days = Math.floor(seconds / 86_400)
  const { year, month, day } = civil(days)
  const rest = seconds - days * 86_400
  const two = (value: number): string => String(Math.floor(value)).padStart(2, '0')
  const time = `${two(rest / 3600)}:${two((rest % 3600) / 60)}:${two(rest % 60)}`
  return `${String(year).padStart(4, '0')}-${two(month)}-${two(day)}T${time}`
}

function secondsOf(date: string, text: string): number {
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = date
    .split(/[-T:]/)
    .map(Number)
  const seconds = daysFromCivil(year, month, day) * 86_400 + hour * 3600 + minute * 60 + second
  return isoSeconds(seconds) === date ? seconds : bad(text)
}

function daysFromCivil(year: number, month: number, day: number): number {
  const y = month <= 2 ? year - 1 : year
  const era = Math.floor(y / 400)
  const yearOfEra = y - era * 400
  const dayOfYear = Math.floor((153 * (month + (month > 2 ? -3 : 9)) + 2) / 5) + day - 1
  const dayOfEra =
    yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear
  return era * 146_097 + dayOfEra - 719_468
}

function civil(days: number): { year: number; month: number; day: number } {
  const shifted = days + 719_468
  const era = Math.floor(shifted / 146_097)
  const dayOfEra = shifted - era * 146_097
  const yearOfEra = Math.floor(
    (dayOfEra -
      Math.floor(dayOfEra / 1460) +
      Math.floor(dayOfEra / 36_524) -
      Math.floor(dayOfEra / 146_096)) /
      365,
  )
  const dayOfYear =
    dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100))
  const monthIndex = Math.floor((5 * dayOfYear + 2) / 153)
  const month = monthIndex < 10 ? monthIndex + 3 : monthIndex - 9
  const year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
  return { year, month, day: dayOfYear - Math.floor((153 * monthIndex + 2) / 5) + 1 }
}
