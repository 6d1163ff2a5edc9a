import { createRequire, isBuiltin } from 'node:module'
import type * as sqlite from '@photostructure/sqlite'
import type { Event } from '@react-collab/core'

type Database = InstanceType<typeof sqlite.DatabaseSync>

/** Reads the log of an object from the data file itself; complains where its numbers have a gap. */
export function readLogFile(path: string, object: string): { events: Event[]; gaps: string[] } {
  const require = createRequire(import.meta.url)
  const { DatabaseSync } = require(
    isBuiltin('node:sqlite') ? 'node:sqlite' : '@photostructure/sqlite',
  ) as typeof sqlite
  const db = new DatabaseSync(path)
  try {
    return readRuns(db, object)
  } finally {
    db.close()
  }
}

function readRuns(db: Database, object: string): { events: Event[]; gaps: string[] } {
  const runs = db
    .prepare(
      `SELECT entries.seq, entries.count, entries.events, objects.seq AS head
       FROM entries JOIN objects ON objects.id = entries.object
       WHERE objects.name = ? ORDER BY entries.seq`,
    )
    .all(object) as unknown as readonly {
    seq: number
    count: number
    events: string
    head: number
  }[]
  const events: Event[] = []
  const gaps: string[] = []
  for (const { seq, count, events: text } of runs) {
    const run = JSON.parse(text) as Event[]
    if (seq !== events.length + 1) gaps.push(`${object}: ${seq} follows ${events.length}`)
    if (run.length !== count) gaps.push(`${object}: ${seq} has ${run.length} events, not ${count}`)
    events.push(...run)
  }
  const head = runs[0]?.head ?? 0
  if (head !== events.length) gaps.push(`${object}: the head is ${head}, the end ${events.length}`)
  return { events, gaps }
}
