import { type Event, UsageError } from '@react-collab/core'
import { LogFile } from '../log/log-file.js'
import type { StoredHead } from '../log/head.js'
import { ChangeWords } from './change-words.js'
import { stateLines } from './state-lines.js'
import type { LogOptions } from './log-options.js'
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
 * the log in memory than a page.
 *
 * Errors  `UsageError` when there is no such file or object; `StorageError` as `LogFile` says
 */
export function* printLog(options: LogOptions): Generator<string> {
  const file = new LogFile(options.data)
  try {
    yield* inChunks(linesOf(file, options))
  } finally {
    file.close()
  }
}

function linesOf(file: LogFile, options: LogOptions): Iterable<string> {
  const { data, object, as, after } = options
  if (object === undefined) return objectLines(file.objects())
  const head = file.head(object)
  if (head === undefined) {
    const hint = `${data} has no such object; without --object they are listed`
    throw new UsageError('BAD_VALUE', `--object ${object}: ${hint}`)
  }
  if (as === 'entries') return entryLines(eventsOf(file, object, after))
  // What an edit changed depends on all that came before it.
  const events = eventsOf(file, object, 0)
  return as === 'changes' ? changeLines(events, after) : stateLines(object, termOf(head), events)
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

function* changeLines(events: Iterable<LoggedEvent>, after: number): Generator<string> {
  const words = new ChangeWords()
  for (const { seq, event } of events) {
    const lines = words.tell(event)
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
