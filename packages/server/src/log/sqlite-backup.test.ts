import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Event, ObjectId } from '@react-collab/core'
import { afterAll, expect, it } from 'vitest'
import { clock, makeEvents, Pusher, readPage } from './event-log.contract.js'
import type { EventLog } from './event-log.js'
import { openSqliteEventLog } from './sqlite-event-log.js'

const folder = mkdtempSync(join(tmpdir(), 'collab-backup-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const page = { events: 10_000, bytes: 100_000_000 }
let names = 0
const newPath = (): string => join(folder, `${++names}.sqlite`)

const open = (path: string): Promise<EventLog> =>
  openSqliteEventLog({ path, onFatal: () => {}, now: () => clock.now, opening: `${++names}` })

async function readAll(log: EventLog, object: ObjectId): Promise<Event[]> {
  const events: Event[] = []
  for (;;) {
    const next = await readPage(log, object, events.length, page)
    if (next === undefined) return events
    events.push(...next.events)
  }
}

it('[LOG24] copies a log that goes on being written: all that was acknowledged is in the copy', async () => {
  const log = await open(newPath())
  const a = new Pusher(log)
  await a.join()
  let n = 1
  const push = async (count: number, text: string): Promise<void> => {
    expect((await a.push(makeEvents('a', n, count, text))).failure).toBeUndefined()
    n += count
  }
  for (let i = 0; i < 40; i++) await push(50, 'x'.repeat(5_000))
  const acknowledged = n - 1
  const path = newPath()
  let isCopying = true
  const backup = log.backup(path).finally(() => {
    isCopying = false
  })
  let meanwhile = 0
  for (; isCopying; meanwhile++) await push(1, 'later')
  await backup
  expect(meanwhile).toBeGreaterThan(1)
  const all = await readAll(log, a.object)
  await log.close()

  const copy = await open(path)
  const events = await readAll(copy, a.object)
  expect(events.length).toBeGreaterThanOrEqual(acknowledged)
  expect(events).toEqual(all.slice(0, events.length))
  const again = new Pusher(copy)
  expect((await again.join({ term: 'of the original', seq: n })).reset).toBe(true)
  await copy.close()
})

it('[LOG24] writes over no file: not over an older copy, nor over the log itself', async () => {
  const path = newPath()
  const log = await open(path)
  const a = new Pusher(log)
  await a.join()
  await a.push(makeEvents('a', 1, 3))
  const older = newPath()
  writeFileSync(older, 'older')
  for (const taken of [path, older]) {
    await expect(log.backup(taken)).rejects.toThrow(`LOG_FAILED: ${taken}: the backup was not made`)
  }
  expect((await a.push(makeEvents('a', 4, 1))).failure).toBeUndefined()
  await log.close()
})

it('[LOG24] leaves nothing and harms nothing when it cannot be written', async () => {
  const path = newPath()
  const log = await open(path)
  const a = new Pusher(log)
  await a.join()
  await expect(log.backup(join(path, 'below', 'a file'))).rejects.toThrow('LOG_FAILED')
  expect((await a.push(makeEvents('a', 1, 1))).failure).toBeUndefined()
  await log.close()
  await expect(log.backup(newPath())).rejects.toThrow('CLOSED')
  expect(readdirSync(folder).filter((name) => name.endsWith('.part'))).toEqual([])
})

it('[LOG24] is waited for when the log closes; several are made one after the other', async () => {
  const log = await open(newPath())
  const a = new Pusher(log)
  await a.join()
  await a.push(makeEvents('a', 1, 100, 'x'.repeat(20_000)))
  const paths = [newPath(), newPath(), newPath()]
  const backups = paths.map((path) => log.backup(path))
  await log.close()
  expect(paths.map(existsSync)).toEqual([true, true, true])
  await Promise.all(backups)
  for (const path of paths) {
    const copy = await open(path)
    expect((await copy.head(a.object)).seq).toBe(100)
    await copy.close()
  }
})
