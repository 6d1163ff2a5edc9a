import { closeSync, fsyncSync, openSync, readFileSync, writeSync } from 'node:fs'
import type { Ack } from './reports.js'

/** A record of all promises, kept apart from everything that made them. */
export interface AckJournal {
  /** How many promises were recorded. */
  readonly counts: { readonly local: number; readonly server: number }
  add(ack: Ack): void
  /** Numbers that were told before are not those of the log any more. */
  forgetNumbers(): void
  /** Reads back what was written. */
  read(): Ack[]
  close(): void
}

/** Opens a journal in a new file; what is added in one turn is synced together. */
export function openAckJournal(path: string): AckJournal {
  const file = openSync(path, 'a+')
  const counts = { local: 0, server: 0 }
  /** Promises that were given before the log was put back. */
  let renumbered = 0
  let lines = ''

  function flush(): void {
    if (lines === '') return
    writeSync(file, lines)
    fsyncSync(file)
    lines = ''
  }

  return {
    counts,
    add(ack) {
      if (lines === '') setImmediate(flush)
      lines += `${JSON.stringify(ack)}\n`
      counts[ack.type] += 1
    },
    forgetNumbers() {
      renumbered = counts.local + counts.server
    },
    read() {
      flush()
      const text = readFileSync(path, 'utf8').trimEnd()
      const acks = text === '' ? [] : text.split('\n').map((line) => JSON.parse(line) as Ack)
      return acks.map((ack, i) => (i < renumbered ? { ...ack, seq: undefined } : ack))
    },
    close() {
      flush()
      closeSync(file)
    },
  }
}
