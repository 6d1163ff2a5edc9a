import { fork } from 'node:child_process'
import { once } from 'node:events'
import { copyFileSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import {
  canonicalState,
  type Event,
  type ObjectId,
  readText,
  type RowKey,
  type Stamp,
} from '@react-collab/core'
import { afterAll, expect, it } from 'vitest'
import { clock, Pusher, readPage } from './event-log.contract.js'
import type { EventLog } from './event-log.js'
import { LogFile } from './log-file.js'
import { openSqliteEventLog } from './sqlite-event-log.js'
import { compactAll, pruneAll, Reader, stateOf } from './state.contract.js'

const folder = mkdtempSync(join(tmpdir(), 'collab-state-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))
let names = 0
const newPath = (): string => join(folder, `${++names}.sqlite`)

const onFatal = (error: Error): void => {
  throw error
}
const open = (path: string): Promise<EventLog> =>
  openSqliteEventLog({ path, onFatal, now: () => clock.now, opening: `${++names}` })

const notes = 'notes' as ObjectId
/** What a release of version 1 wrote in two openings: 200 entries of one client. */
const versionOne = fileURLToPath(new URL('../../golden/data-file-1.sqlite', import.meta.url))
const termsOfVersionOne = ['1a6y5scpfd6', '1fzc1jrf36k'] as const

it('[CMP13] takes over a data file of version 1, with its cursors and hashes', async () => {
  const path = newPath()
  copyFileSync(versionOne, path)
  const log = await open(path)
  const [first, second] = termsOfVersionOne
  const pusher = new Pusher(log, 'client-a', notes)
  for (const cursor of [
    { term: first, seq: 50 },
    { term: second, seq: 200 },
  ]) {
    expect(await pusher.join(cursor)).toMatchObject({ reset: false, after: cursor.seq })
  }
  expect((await pusher.join({ term: first, seq: 150 })).reset).toBe(true)
  const events = (await readPage(log, notes, 0))!.events
  expect((await pusher.push(events.slice(0, 20))).failure).toBeUndefined()

  expect(await log.objects('', 10)).toEqual([
    { object: notes, seq: 200, compacted: 0, floor: 0, oldest: clock.now, greatestMs: clock.now },
  ])
  expect(await compactAll(log, notes)).toBe(200)
  await pruneAll(log, undefined, notes)
  const all = [...events, ...(await readVersionOne(100))]
  const { rows, end } = await log.state(notes, 0, { events: 100, bytes: 1e6 })
  expect(end).toEqual({ seq: 200, vv: { a0000000: 200 } })
  expect(JSON.stringify(rows)).toContain('v200')
  expect(stateOf(all).rows.get('todos/4' as RowKey)?.values['text']).toBe('v200')
  pusher.prev = { a0000000: 200 }
  await pusher.join()
  const [, stamp] = events[0]!
  const more: Event = [201, stamp, [['=', '' as RowKey, 'title', 'more']]]
  expect((await pusher.push([more])).appended?.seq).toBe(201)
  await log.close()
})

async function readVersionOne(after: number): Promise<readonly Event[]> {
  const path = newPath()
  copyFileSync(versionOne, path)
  const log = await open(path)
  const page = await readPage(log, notes, after)
  await log.close()
  return page!.events
}

it('[CMP13, LOG25] reads a data file of version 1 as it is, and changes nothing in it', () => {
  const path = newPath()
  copyFileSync(versionOne, path)
  const before = readFileSync(path)
  const file = new LogFile(path)
  expect(file.head('notes')).toMatchObject({ seq: 200, compacted: 0, floor: 0 })
  expect([...file.runs('notes', 0)].length).toBe(10)
  expect([...file.objects()]).toMatchObject([{ object: 'notes', head: 200, floor: 0 }])
  file.close()
  expect(readFileSync(path).equals(before)).toBe(true)
})

/** The event that the child of the test below logs as number n. */
const eventOf = (n: number): Event => [
  n,
  `${String(n).padStart(12, '0')}a0000000` as Stamp,
  [
    ['=', `rows/${n % 23}` as RowKey, 'x', n],
    ['+', '' as RowKey, 'count', 1],
    ['~', '' as RowKey, 'body', [[n, n - 1, 1, 0, 'x']], []],
  ],
]

/** Appends, compacts and prunes without end; tells each number that was answered. */
const childScript = `
  import { createRequire } from 'node:module'
  const require = createRequire(${JSON.stringify(fileURLToPath(import.meta.url))})
  const { openSqliteEventLog } = await import(require.resolve('@react-collab/server'))
  const [path, from] = process.argv.slice(2)
  const log = await openSqliteEventLog({ path, now: Date.now, opening: String(Date.now()), onFatal: console.error })
  const eventOf = ${eventOf.toString()}
  let n = Number(from)
  const { fence, term } = await log.join('object-1', 'client-a', { term: '', seq: 0 }, {}, { states: true })
  for (;;) {
    const prev = { a0000000: n }
    const events = Array.from({ length: 1 + (n % 40) }, () => eventOf(++n))
    const texts = events.map((event) => JSON.stringify(event))
    const appending = log.append([{ object: 'object-1', client: 'client-a', fence, term, round: 0, prev, events, texts, refused: [] }])
    const compacting = log.compact('object-1')
    const [{ failure }] = await appending
    if (failure) throw new Error(JSON.stringify(failure))
    process.send(n)
    await compacting
    if (n % 3 === 0) await log.prune('object-1', { upTo: n - 100, before: 0 })
  }
`

async function killWhileCompacting(script: string, path: string, from: number): Promise<number> {
  const child = fork(script, [path, String(from)], { execArgv: [] })
  let answered = from
  child.on('message', (n: number) => {
    answered = n
  })
  const ended = once(child, 'exit').then(() => expect.fail('it ended'))
  await Promise.race([once(child, 'message'), ended])
  await new Promise((resolve) => setTimeout(resolve, Math.random() * 80))
  ended.catch(() => undefined)
  child.kill('SIGKILL')
  await once(child, 'exit')
  return answered
}

it('[CMP2] is whole, and has all that was answered, when the process is killed, 15 times', async () => {
  const path = newPath()
  const script = join(folder, 'child.mjs')
  writeFileSync(script, childScript)
  let last = 0
  let floors = 0
  for (let kill = 0; kill < 15; kill++) {
    const answered = await killWhileCompacting(script, path, last)
    const log = await open(path)
    const { seq } = await log.head('object-1' as ObjectId)
    expect(seq).toBeGreaterThanOrEqual(answered)
    const should = stateOf(Array.from({ length: seq }, (_, i) => eventOf(i + 1)))
    const reader = new Reader(log)
    await reader.load()
    await reader.readOn()
    expect([reader.seq, reader.text]).toEqual([seq, canonicalState(should)])
    expect(readText(should.rows.get('' as RowKey)!, 'body')?.live.text.length).toBe(seq)
    floors += (await log.objects('', 1))[0]!.floor > 0 ? 1 : 0
    await log.close()
    last = seq
  }
  expect(floors).toBeGreaterThan(5)
}, 60_000)

it('[CMP15] uses space again that entries have left', async () => {
  const path = newPath()
  const log = await open(path)
  const pusher = new Pusher(log, 'client-a', notes)
  await pusher.join()
  const sizes: number[] = []
  for (let n = 1; n <= 60_000; n += 500) {
    const events = Array.from({ length: 500 }, (_, i): Event => {
      const stamp = `${(n + i).toString(36).padStart(12, '0')}a0000000` as Stamp
      return [n + i, stamp, [['=', `todos/${(n + i) % 100}` as RowKey, 'text', `value ${n + i}`]]]
    })
    expect((await pusher.push(events)).failure).toBeUndefined()
    await compactAll(log, notes)
    await pruneAll(log, { upTo: n - 2_000, before: 0 }, notes)
    if (n % 10_000 === 9_501) sizes.push(statSync(path).size)
  }
  await log.close()
  expect(sizes.length).toBe(6)
  expect(Math.max(...sizes.slice(2))).toBeLessThanOrEqual(sizes[1]! * 1.2)
  expect(statSync(path).size).toBeLessThan(1_000_000)
}, 60_000)
