import {
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { hashText, type ObjectId } from '@react-collab/core'
import { afterAll, expect, it } from 'vitest'
import { clock, makeEvents, Pusher } from './event-log.contract.js'
import type { EventLog } from './event-log.js'
import { LogFile } from './log-file.js'
import { openSqliteEventLog } from './sqlite-event-log.js'
import { sqliteDriver } from './sqlite-open.js'

const root = mkdtempSync(join(tmpdir(), 'collab-read-'))
afterAll(() => rmSync(root, { recursive: true, force: true }))
let names = 0

/** A path in a folder of its own. */
function newPath(): string {
  const folder = join(root, `${++names}`)
  mkdirSync(folder)
  return join(folder, 'data #1?.sqlite')
}

const open = (path: string): Promise<EventLog> =>
  openSqliteEventLog({ path, onFatal: () => {}, now: () => clock.now, opening: `${++names}` })

async function write(log: EventLog, count: number, object = 'o', from = 1): Promise<void> {
  const pusher = new Pusher(log, 'client-a', object as ObjectId)
  await pusher.join()
  if (from > 1) pusher.prev = { a0000000: from - 1 }
  const { failure } = await pusher.push(makeEvents('a', from, count, 'x'.repeat(100)))
  expect(failure).toBeUndefined()
}

/** Everything in a file's folder, with its content. */
const contents = (path: string): string[] =>
  readdirSync(join(path, '..')).map((name) => {
    return `${name} ${hashText(readFileSync(join(path, '..', name), 'latin1'))}`
  })

const seqsOf = (file: LogFile, object: string, after = 0): number[] =>
  [...file.runs(object, after)].map(({ seq, count }) => seq + count - 1)

const last = (file: LogFile, object = 'o'): number => seqsOf(file, object).at(-1) ?? 0

it('[LOG25] reads a data file page by page, and leaves no trace', async () => {
  const path = newPath()
  const log = await open(path)
  for (let i = 0; i < 25; i++) await write(log, 100, 'o', 1 + i * 100)
  await write(log, 2, 'other')
  await log.close()
  const before = contents(path)
  const file = new LogFile(path)
  expect(contents(path)).toEqual(before)
  expect([...file.objects()]).toMatchObject([
    { object: 'o', head: 2_500, term: expect.any(String), greatestMs: clock.now },
    { object: 'other', head: 2 },
  ])
  expect([...file.objects()][0]?.bytes).toBeGreaterThan(250_000)
  expect(seqsOf(file, 'o')).toEqual(Array.from({ length: 25 }, (_, i) => (i + 1) * 100))
  expect(seqsOf(file, 'o', 2_350)).toEqual([2_400, 2_500])
  expect(seqsOf(file, 'o', 2_500)).toEqual([])
  expect(file.head('none')).toBeUndefined()
  file.close()
  expect(contents(path)).toEqual(before)
  const again = await open(path)
  await write(again, 1, 'o', 2_501)
  await again.close()
})

it('[LOG25] refuses a data file that a server has open, or opens while it is read', async () => {
  const path = newPath()
  const log = await open(path)
  expect(() => new LogFile(path)).toThrow(/^LOG_LOCKED: .*data #1\?\.sqlite: a server has it open/)
  await write(log, 2_500)
  await log.close()
  const file = new LogFile(path)
  expect(last(file)).toBe(2_500)
  const server = await open(path)
  expect(() => last(file)).toThrow('LOG_LOCKED')
  await server.close()
  // It was written meanwhile.
  expect(() => last(file)).toThrow('LOG_LOCKED')
  file.close()
})

it('[LOG25] reads what a crash left beside the data file, and so does the server after it', async () => {
  const path = newPath()
  const log = await open(path)
  await write(log, 30)
  const crashed = newPath()
  for (const end of ['', '-wal']) copyFileSync(path + end, crashed + end)
  await log.close()
  const file = new LogFile(crashed)
  expect(last(file)).toBe(30)
  file.close()
  expect(readdirSync(join(crashed, '..'))).toContain(`${basename(crashed)}-wal`)
})

it('[LOG25] refuses what is no data file, with the path', () => {
  const text = newPath()
  writeFileSync(text, 'no data file at all, but long enough to be taken for one'.repeat(100))
  const empty = newPath()
  writeFileSync(empty, '')
  const later = newPath()
  const db = new (sqliteDriver().DatabaseSync)(later)
  db.exec('PRAGMA user_version = 99')
  db.close()
  expect(() => new LogFile(text)).toThrow(`CORRUPT: ${text}: `)
  expect(() => new LogFile(empty)).toThrow(`CORRUPT: ${empty}: it is no data file`)
  expect(() => new LogFile(later)).toThrow(`STORE_TOO_NEW: ${later}: it has version 99`)
  expect(() => new LogFile(join(root, 'none'))).toThrow(/^BAD_VALUE: --data .*no such file/)
  expect(() => new LogFile(root)).toThrow(/^BAD_VALUE: --data .*no such file/)
})
