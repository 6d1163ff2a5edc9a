import { type Event, UsageError } from '@react-collab/core'
import { LogFile } from '../log/log-file.js'
import type { StoredHead } from '../log/head.js'
import { bareWords } from './bare-words.js'
import { ChangeWords } from './change-words.js'
import { stateLines } from './state-lines.js'
import type { LogForm, LogOptions } from './log-options.js'
import { objectLines } from './object-lines.js'
import { safe } from './value-words.js'

/** Lines are handed on together. */
const CHUNK_CHARS = 64 * 1024

/** An event where it stands in the log. */
export interface LoggedEvent {
  readonly seq: number
  readonly term: string
  readonly event: Event
}

/**
 * Prints a data file: its objects, or the log of one; text of some lines at a time, and no more of
 * the log in memory than a page. `tell` takes what a person should know of it beside that.
 *
 * Errors  `UsageError` when there is no such file or object; `StorageError` as `LogFile` says
 */
export function* printLog(options: LogOptions, tell: (notice: string) => void): Generator<string> {
  const file = new LogFile(options.data)
  try {
    yield* inChunks(linesOf(file, options, tell))
  } finally {
    file.close()
  }
}

function linesOf(
  file: LogFile,
  options: LogOptions,
  tell: (notice: string) => void,
): Iterable<string> {
  const { data, object, as, after } = options
  if (object === undefined) return objectLines(file.objects())
  const head = file.head(object)
  if (head === undefined) {
    const hint = `${data} has no such object; without --object they are listed`
    throw new UsageError('BAD_VALUE', `--object ${object}: ${hint}`)
  }
  const { compacted, floor } = head
  if (as === 'state') {
    const start = { term: termOf(head), seq: compacted, state: file.state(object) }
    return stateLines(object, start, eventsOf(file, object, compacted))
  }
  if (after < floor) tell(noticeOf(head, as))
  if (as === 'entries') return entryLines(eventsOf(file, object, after))
  return changeLines(file, object, { floor, compacted, after })
}

/** Said where a log does not begin with its first entry. */
function noticeOf({ floor, compacted }: StoredHead, as: LogForm): string {
  const gone = `the log begins with entry ${floor + 1}: what those before did is in the rows (--as state)`
  if (as !== 'changes' || compacted === floor) return gone
  return `${gone}; up to ${compacted} nobody knows what was there before a change`
}

const termOf = ({ terms }: StoredHead): string => terms.at(-1)?.[0] ?? ''

function* eventsOf(file: LogFile, object: string, after: number): Generator<LoggedEvent> {
  for (const { seq, term, events } of file.runs(object, after)) {
    const list = JSON.parse(events) as Event[]
    for (const [i, event] of list.entries()) {
      if (seq + i > after) yield { seq: seq + i, term, event }
    }
  }
}

function* entryLines(events: Iterable<LoggedEvent>): Generator<string> {
  for (const each of events) yield JSON.stringify(each)
}

interface Levels {
  readonly floor: number
  readonly compacted: number
  readonly after: number
}

/** What an edit changed depends on all that came before it: on the whole log, or on the rows. */
function* changeLines(
  file: LogFile,
  object: string,
  { floor, compacted, after }: Levels,
): Generator<string> {
  let words = floor === 0 ? new ChangeWords() : undefined
  for (const { seq, event } of eventsOf(file, object, 0)) {
    if (seq > compacted) words ??= new ChangeWords(file.state(object))
    const lines = words === undefined ? bareWords(event) : words.tell(event)
    if (seq > after) for (const line of lines) yield `${seq} ${line}`
  }
}

function* inChunks(lines: Iterable<string>): Generator<string> {
  let chunk = ''
  for (const line of lines) {
    chunk += `${safe(line)}\n`
    if (chunk.length < CHUNK_CHARS) continue
    yield chunk
    chunk = ''
  }
  if (chunk !== '') yield chunk
}
