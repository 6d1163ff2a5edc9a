/** Faults of a real disk under the executable; those that this machine cannot make are skipped. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import {
  copyFileSync,
  existsSync,
  mkdtempSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import type { ObjectId } from '@react-collab/core'
import { afterAll, afterEach, describe, expect, it } from 'vitest'
import { openSqliteEventLog } from './log/sqlite-event-log.js'
import { readPage } from './log/event-log.contract.js'
import { Client, makeEvent } from './loopback.contract.js'

const manifest = createRequire(import.meta.url).resolve('@react-collab/server/package.json')
const main = join(dirname(manifest), 'dist', 'main.js')
const folder = mkdtempSync(join(tmpdir(), 'collab-faults-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const children: ChildProcess[] = []
afterEach(() => {
  for (const child of children.splice(0)) {
    // With all that it has started: `strace` would leave its child behind.
    const isRunning = child.exitCode === null && child.signalCode === null
    if (isRunning && child.pid !== undefined) process.kill(-child.pid, 'SIGKILL')
  }
})

let files = 0
const newPath = (): string => join(folder, `${++files}.sqlite`)
const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))

/** Runs the server, maybe by way of another command. */
function run(data: string, ...before: string[]) {
  const [command, ...args] = [...before, process.execPath, main, '--port=0', `--data=${data}`]
  const child = spawn(command as string, args, { cwd: folder, detached: true })
  children.push(child)
  let text = ''
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (more) => (text += more))
  const exited = once(child, 'close').then(([code]) => ({ code: code as number | null, text }))
  const url = async (): Promise<string> => {
    for (;;) {
      const port = /"port":(\d+)/.exec(text)?.[1]
      if (port !== undefined) return `http://127.0.0.1:${port}`
      if (child.exitCode !== null) throw new Error(text)
      await pause(5)
    }
  }
  return { child, exited, url }
}

const works = (...[command = '', ...args]: string[]): boolean =>
  spawnSync(command, args, { stdio: 'ignore' }).status === 0

/** Writes until an event is not taken; tells how many were. */
async function writeUntilItFails(client: Client): Promise<number> {
  for (let count = 0; count < 2_000; count += 1) {
    const isTaken = await client.write(1, 'o', 'x'.repeat(10_000)).then(
      () => true,
      () => false,
    )
    if (!isTaken) return count
  }
  return expect.fail('all was taken')
}

/** Opens what is left on a disk that is well again; all that was told has to be there, in order. */
async function expectKept(data: string, { atLeast, told }: { atLeast: number; told: Client }) {
  const seen = told.seen()
  const next = run(data)
  const client = new Client(await next.url())
  const { head } = await client.join()
  expect(head).toBeGreaterThanOrEqual(Math.max(atLeast, seen))
  await client.until(head)
  const all = client.entries.flatMap(({ events }) => events)
  expect(all.slice(0, seen)).toEqual(told.entries.flatMap(({ events }) => events))
  await client.write(1)
  await client.until(head + 1)
}

const mounts = 'mkdir -p "$0" && mount -t tmpfs -o size=3m tmpfs "$0" && exec "$@"'

describe('a full disk', () => {
  const mountPoint = join(folder, 'small')
  const canMount = works('unshare', '-rm', 'sh', '-c', mounts, mountPoint, 'true')

  it.skipIf(!canMount)(
    '[LOG22, ROOM2] takes, publishes and loses nothing, and pushes again when there is room',
    async () => {
      const small = run(
        join(mountPoint, 'log.sqlite'),
        'unshare',
        '-rm',
        'sh',
        '-c',
        mounts,
        mountPoint,
      )
      const url = await small.url()
      const [a, b] = [new Client(url), new Client(url)]
      await Promise.all([a.join(), b.join()])
      await a.write(3)
      // The mount is visible in that process only.
      const ballast = join(`/proc/${small.child.pid}/root`, mountPoint, 'ballast')
      writeFileSync(ballast, Buffer.alloc(2_000_000))
      const taken = 3 + (await writeUntilItFails(a))
      const again = { round: 1, prev: { [a.replica]: taken } }
      const event = makeEvent(a.replica, taken + 1, 'y'.repeat(10_000))
      const [failure] = await a.ask('push', a.pushOf([event], again))
      expect(failure).toMatchObject({ code: 'LOG_FAILED', retryAfterMs: 1_000 })
      await b.until(taken)
      expect(b.seen()).toBe(taken)
      const late = new Client(url)
      expect((await late.join()).head).toBe(taken)

      rmSync(ballast)
      expect(await a.codeOf('push', a.pushOf([event], { ...again, round: 2 }))).toBe('ok')
      await Promise.all([b, late].map((client) => client.until(taken + 1)))
    },
    30_000,
  )

  it.skipIf(!canMount)(
    '[CLI3, LOG22] does not keep the server from stopping as it should',
    async () => {
      const small = run(
        join(mountPoint, 'log.sqlite'),
        'unshare',
        '-rm',
        'sh',
        '-c',
        mounts,
        mountPoint,
      )
      const a = new Client(await small.url())
      await a.join()
      await writeUntilItFails(a)
      small.child.kill('SIGTERM')
      expect((await small.exited).code).toBe(0)
    },
    30_000,
  )
})

describe('a disk that fails', () => {
  const canLimit = process.platform !== 'win32'

  it.skipIf(!canLimit)(
    '[LOG21, LOG2] at a write ends the process; the next has all that was acknowledged or published',
    async () => {
      const data = newPath()
      const limited = run(data, 'sh', '-c', 'ulimit -f 2000 && exec "$@"', 'sh')
      const url = await limited.url()
      const [a, b] = [new Client(url), new Client(url)]
      await Promise.all([a.join(), b.join()])
      const taken = await writeUntilItFails(a)
      expect(taken).toBeGreaterThan(0)
      const { code, text } = await limited.exited
      expect([code, text]).toEqual([1, expect.stringContaining(`${data} cannot be relied on`)])
      await expectKept(data, { atLeast: taken, told: b })
    },
    30_000,
  )

  const inject = ['-e', 'inject=fsync,fdatasync:error=EIO:when=20+']
  const strace = ['strace', '-f', '-o', '/dev/null', '-e', 'trace=fsync,fdatasync']

  it.skipIf(!works(...strace, ...inject, 'true'))(
    '[LOG21, LOG2] at an fsync ends the process; the next has all that was acknowledged or published',
    async () => {
      const data = newPath()
      const failing = run(data, ...strace, ...inject)
      const url = await failing.url()
      const [a, b] = [new Client(url), new Client(url)]
      await Promise.all([a.join(), b.join()])
      const taken = await writeUntilItFails(a)
      expect(taken).toBeLessThan(100)
      const { code, text } = await failing.exited
      expect([code, text]).toEqual([1, expect.stringContaining(`${data} cannot be relied on`)])
      await expectKept(data, { atLeast: taken, told: b })
    },
    60_000,
  )
})

describe('a data file at the start', () => {
  /** A data file with 30 events, as a killed server leaves it: most of it beside the file. */
  async function leave(): Promise<string> {
    const data = newPath()
    const server = run(data)
    const client = new Client(await server.url())
    await client.join()
    for (let i = 0; i < 30; i++) await client.write(1)
    server.child.kill('SIGKILL')
    await server.exited
    return data
  }

  async function expectRefused(data: string, code: string): Promise<void> {
    const { code: exit, text } = await run(data).exited
    expect([exit, text]).toEqual([
      1,
      expect.stringContaining(`react-collab-server: ${code}: ${data}`),
    ])
  }

  it('[LOG20] that was overwritten is refused as CORRUPT, and left as it is', async () => {
    const data = newPath()
    const text = 'this is somebody else’s file, and longer than a page\n'.repeat(200)
    writeFileSync(data, text)
    const { size } = statSync(data)
    await expectRefused(data, 'CORRUPT')
    expect(statSync(data).size).toBe(size)
    expect(existsSync(`${data}-wal`)).toBe(false)
  })

  it('[LOG20] whose tables are damaged is refused as CORRUPT', async () => {
    const data = await leave()
    // Opened and closed once, all of it is in the file; the first page lists the tables.
    const log = await openSqliteEventLog({
      path: data,
      now: Date.now,
      opening: 'x',
      onFatal: () => {},
    })
    await log.close()
    truncateSync(data, 6_000)
    await expectRefused(data, 'CORRUPT')
  })

  it('[LOG2, LOG20] with a torn tail has the longest whole part of it, wherever it was torn', async () => {
    const data = await leave()
    const { size } = statSync(`${data}-wal`)
    let last = 30
    for (let cut = 0; cut < 20_000; cut += 977) {
      const torn = newPath()
      copyFileSync(data, torn)
      copyFileSync(`${data}-wal`, `${torn}-wal`)
      truncateSync(`${torn}-wal`, size - cut)
      const onFatal = (error: Error): void => expect.fail(error.message)
      const log = await openSqliteEventLog({ path: torn, now: Date.now, opening: 'x', onFatal })
      const { seq } = await log.head('o' as ObjectId)
      const page = await readPage(log, 'o' as ObjectId, 0, { events: 100, bytes: 1e6 })
      expect(page?.events.map(([n]) => n)).toEqual(Array.from({ length: seq }, (_, i) => i + 1))
      expect(seq).toBeLessThanOrEqual(last)
      last = seq
      await log.close()
    }
    expect(last).toBeGreaterThan(20)
    expect(last).toBeLessThan(30)
  }, 30_000)
})
