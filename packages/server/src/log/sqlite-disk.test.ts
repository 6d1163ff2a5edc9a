import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { randomBytes } from 'node:crypto'
import {
  closeSync,
  fstatSync,
  mkdtempSync,
  openSync,
  rmSync,
  writeFileSync,
  writeSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Event, ObjectId } from '@react-collab/core'
import { DatabaseSync } from '@photostructure/sqlite'
import { afterAll, expect, it } from 'vitest'
import { clock, makeEvents, Pusher, replica, readPage } from './event-log.contract.js'
import type { EventLog } from './event-log.js'
import { openSqliteEventLog, type SqliteLogOptions } from './sqlite-event-log.js'

const folder = mkdtempSync(join(tmpdir(), 'collab-disk-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const page = { events: 10_000, bytes: 100_000_000 }
let names = 0
const newPath = (): string => join(folder, `${++names}.sqlite`)

const open = (path: string, more: Partial<SqliteLogOptions> = {}): Promise<EventLog> =>
  openSqliteEventLog({
    path,
    onFatal: () => {},
    now: () => clock.now,
    opening: `${++names}`,
    ...more,
  })

it('[LOG19] refuses a data file that someone else has open, and names it', async () => {
  const path = newPath()
  const log = await open(path)
  await expect(open(path)).rejects.toThrow(`LOG_LOCKED: ${path}: another process has it open`)
  await log.close()
  await (await open(path)).close()
})

it('[LOG20] refuses a data file of a later release, and what is no data file', async () => {
  const later = newPath()
  const db = new DatabaseSync(later)
  db.exec('PRAGMA user_version=999')
  db.close()
  await expect(open(later)).rejects.toThrow(`STORE_TOO_NEW: ${later}: it has version 999`)
  const text = newPath()
  writeFileSync(
    text,
    'this is a text and no database, and it is long enough to be seen as such\n'.repeat(99),
  )
  await expect(open(text)).rejects.toThrow(`CORRUPT: ${text}`)
})

it('[LOG20] says which file cannot be opened', async () => {
  const file = newPath()
  writeFileSync(file, '')
  await expect(open(`${file}/log.sqlite`)).rejects.toThrow(`LOG_FAILED: ${file}/log.sqlite`)
  await expect(open(folder)).rejects.toThrow(`LOG_FAILED: ${folder}`)
})

it('[LOG22] answers LOG_FAILED when the disk is full, and goes on when there is room', async () => {
  const path = newPath()
  const log = await open(path, { maxBytes: 1_000_000 })
  const a = new Pusher(log)
  await a.join()
  let accepted = 0
  for (let n = 1; n < 200; n += 10) {
    const { failure } = await a.push(makeEvents('a', n, 10, 'x'.repeat(10_000)))
    if (failure !== undefined) {
      expect(failure.code).toBe('LOG_FAILED')
      break
    }
    accepted += 10
  }
  expect(accepted).toBeGreaterThan(0)
  expect(accepted).toBeLessThan(150)
  expect((await readPage(log, a.object, 0, page))?.events.length).toBe(accepted)
  await log.close()

  const roomy = await open(path)
  const again = new Pusher(roomy)
  const view = await again.join(undefined, { [replica('a')]: 1 } as never)
  expect(view.vv).toEqual({ [replica('a')]: accepted })
  again.prev = { [replica('a')]: accepted }
  expect((await again.push(makeEvents('a', accepted + 1, 10))).appended?.seq).toBe(accepted + 1)
  await roomy.close()
})

it('[LOG17] commits a group of many objects whole or not at all', async () => {
  const path = newPath()
  const log = await open(path)
  const pushers = Array.from({ length: 50 }, (_, i) => new Pusher(log, 'c', `o${i}` as ObjectId))
  await Promise.all(pushers.map((pusher) => pusher.join()))
  const items = pushers.map((pusher) => pusher.item(makeEvents('a', 1, 3)))
  const verdicts = await log.append(items)
  expect(verdicts.map(({ appended }) => appended?.seq)).toEqual(pushers.map(() => 1))
  await log.close()
})

it('[LOG21] gives up, once, on a file that cannot be relied on any more', async () => {
  const path = newPath()
  const log = await open(path)
  const a = new Pusher(log)
  await a.join()
  for (let n = 1; n < 400; n += 10) await a.push(makeEvents('a', n, 10, 'x'.repeat(5_000)))
  await log.close()
  const file = openSync(path, 'r+')
  for (let at = 40_960; at < fstatSync(file).size; at += 4096)
    writeSync(file, randomBytes(4096), 0, 4096, at)
  closeSync(file)

  const fatals: Error[] = []
  const broken = await open(path, { onFatal: (error) => fatals.push(error) })
  const read = async () => (await readPage(broken, a.object, 200, page))?.events.length
  await expect(read()).rejects.toThrow()
  await expect(read()).rejects.toThrow('broken')
  expect(fatals.map(({ message }) => message)).toEqual([expect.stringContaining(path)])
  await broken.close()
})

/** Appends without end and prints each number that was answered. */
const childScript = `
  import { createRequire } from 'node:module'
  const require = createRequire(${JSON.stringify(fileURLToPath(import.meta.url))})
  const { openSqliteEventLog } = await import(require.resolve('@react-collab/server'))
  const [path, from] = process.argv.slice(2)
  const log = await openSqliteEventLog({ path, now: Date.now, opening: String(Date.now()), onFatal: console.error })
  let n = Number(from)
  const { fence, term } = await log.join('object-1', 'client-a', undefined, {})
  for (;;) {
    const prev = { a0000000: n }
    const count = 1 + (n % 40)
    const events = Array.from({ length: count }, () => [++n, String(n).padStart(12, '0') + 'a0000000', [['=', '', 'x', n]]])
    const texts = events.map((event) => JSON.stringify(event))
    const [{ failure }] = await log.append([{ object: 'object-1', client: 'client-a', fence, term, round: 0, prev, events, texts, refused: [] }])
    if (failure) throw new Error(JSON.stringify(failure))
    process.send(n)
  }
`

async function killWhileAppending(script: string, path: string, from: number): Promise<number> {
  const child: ChildProcess = fork(script, [path, String(from)], { execArgv: [] })
  let answered = from
  child.on('message', (n: number) => {
    answered = n
  })
  await Promise.race([
    once(child, 'message'),
    once(child, 'exit').then(() => expect.fail('it ended')),
  ])
  await new Promise((resolve) => setTimeout(resolve, Math.random() * 60))
  child.kill('SIGKILL')
  await once(child, 'exit')
  return answered
}

it('[LOG2, LOG19] keeps what it answered when the process is killed, 20 times', async () => {
  const path = newPath()
  const script = join(folder, 'child.mjs')
  writeFileSync(script, childScript)
  let last = 0
  for (let kill = 0; kill < 20; kill++) {
    const answered = await killWhileAppending(script, path, last)
    const log = await open(path)
    const { seq } = await log.head('object-1' as ObjectId)
    expect(seq).toBeGreaterThanOrEqual(answered)
    const events: Event[] = []
    while (events.length < seq) {
      const next = await readPage(log, 'object-1' as ObjectId, events.length, page)
      events.push(...(next?.events ?? []))
    }
    expect(events.map(([n]) => n)).toEqual(events.map((_, i) => i + 1))
    await log.close()
    last = seq
  }
}, 60_000)
