/**
 * The form of a store's file: a header, then one line per transaction.
 *
 * Shape  hash, space, JSON of [synced, ...changes]; `synced` is how much of the file was safe
 *        when the line was written. It tells a torn tail, which is cut, from damage to what was
 *        safe, which is reported: bytes before the `synced` of a good line cannot be a tail.
 */
import { cut, hashText, StorageError } from '@react-collab/core'
import type { Change, Tables } from '../store/tables.js'

const FORMAT = 'react-collab store'
const VERSION = 1
const NEWLINE = 10

function toLine(value: readonly unknown[]): string {
  const json = JSON.stringify(value)
  return `${hashText(json)} ${json}\n`
}

/** The first line of a file. */
export const header: string = toLine([FORMAT, VERSION])

/** Writes a transaction. */
export const changesToLine = (synced: number, changes: readonly Change[]): string =>
  toLine([synced, ...changes])

/** Reads a line without its end; undefined where it is damaged. */
function readLine(bytes: Buffer): unknown[] | undefined {
  const text = bytes.toString('utf8')
  const json = text.slice(12)
  if (text[11] !== ' ' || hashText(json) !== text.slice(0, 11)) return undefined
  return JSON.parse(json) as unknown[]
}

interface Line {
  readonly from: number
  readonly to: number
  readonly value: unknown[] | undefined
}

function* linesOf(bytes: Buffer): Iterable<Line> {
  for (let from = 0; from < bytes.length; ) {
    const end = bytes.indexOf(NEWLINE, from)
    const to = end < 0 ? bytes.length : end + 1
    yield { from, to, value: end < 0 ? undefined : readLine(bytes.subarray(from, end)) }
    from = to
  }
}

/** Applies all whole transactions of the file at `path` to empty tables; returns where they end. */
export function readLog(bytes: Buffer, tables: Tables, path: string): number {
  let size = 0
  let torn: number | undefined
  for (const { from, to, value } of linesOf(bytes)) {
    if (from === 0) checkHeader(value, bytes, path)
    else if (value !== undefined && torn !== undefined && Number(value[0]) > torn) {
      throw new StorageError(
        'CORRUPT',
        `${path} is damaged at byte ${torn}: put a copy of it in its place, or move it away to begin anew without what was not sent`,
      )
    } else if (value !== undefined && torn === undefined) {
      for (const change of value.slice(1)) tables.apply(change as Change)
    }
    if (value === undefined) torn ??= from
    if (torn === undefined) size = to
  }
  return size
}

function checkHeader(value: unknown[] | undefined, bytes: Buffer, path: string): void {
  const message = `${path} is not the file of a store: give another path`
  if (value === undefined) {
    // A crash before the first line was whole; anything else is not ours to cut.
    if (header.startsWith(bytes.toString('latin1'))) return
    throw new StorageError('CORRUPT', message)
  }
  const [format, version] = value
  if (format !== FORMAT) throw new StorageError('CORRUPT', message)
  if (version !== VERSION)
    throw new StorageError('STORE_TOO_NEW', `${path} is of version ${cut(version)}`)
}
