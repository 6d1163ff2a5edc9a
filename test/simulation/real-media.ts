/** Media of real disks: SQLite for the log, IndexedDB and files for devices. */
import 'fake-indexeddb/auto'
import { copyFileSync, existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { LogDisk, LogSnapshot } from '@react-collab/server'
import { createMemoryLogDisk, openSqliteDisk } from '@react-collab/server/testing'
import { openFileStore } from 'react-collab/node'
import {
  type Change,
  createLocalStore,
  type Disk,
  type LocalStore,
  openIndexedDbDisk,
  tableNames,
  type Transaction,
} from 'react-collab/testing'
import type { Life, LogMedium, Media, Profile } from './media.js'
import { noteRemoved, type Removed } from './whole-log.js'

/** Counts what is under way, so that virtual time waits for it. */
interface Gauge {
  <T>(work: Promise<T>): Promise<T>
  readonly busy: number
}

/** Makes media in a folder of their own, which goes when they are closed. */
export function createRealMedia(): Media {
  const folder = mkdtempSync(join(tmpdir(), 'collab-sim-'))
  const gauge = createGauge()
  const open = new Set<{ close(): Promise<void> }>()
  const opened = <T extends { close(): Promise<void> }>(closable: T): T => {
    open.add(closable)
    return closable
  }
  let files = 0
  const newPath = (name: string): string => join(folder, `${++files}-${name}`)
  return {
    profile: (name) =>
      name.endsWith('1')
        ? fileProfile(newPath, gauge, opened)
        : databaseProfile(folder + name, gauge, opened),
    log: createSqliteMedium(newPath, gauge, opened),
    async settle() {
      for (let calm = 0; calm < 2; calm++) {
        await new Promise((resolve) => setImmediate(resolve))
        if (gauge.busy > 0) calm = -1
      }
    },
    async close() {
      await Promise.all([...open].map((closable) => closable.close()))
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

function createGauge(): Gauge {
  let busy = 0
  const count = <T>(work: Promise<T>): Promise<T> => {
    busy += 1
    return work.finally(() => (busy -= 1))
  }
  return Object.defineProperty(count, 'busy', { get: () => busy }) as Gauge
}

type Opened = <T extends { close(): Promise<void> }>(closable: T) => T

const reading = new Set([
  'load',
  'pendingObjects',
  'pending',
  'journal',
  'sent',
  'rejected',
  'counter',
])

/** A store that its tab takes with it into death: what dies is never answered. */
function mortal(store: LocalStore, life: Life, gauge: Gauge): LocalStore {
  const never = new Promise<never>(() => undefined)
  const run = async (name: string, call: () => unknown): Promise<unknown> => {
    const writes = !reading.has(name)
    if (!life.alive || (writes && !life.survives('before'))) return never
    const [result] = await Promise.allSettled([gauge(Promise.resolve(call()))])
    if (!life.alive || (writes && !life.survives('after'))) return never
    if (result.status === 'rejected') throw result.reason
    return result.value
  }
  return new Proxy(store, {
    get(of, name) {
      const value: unknown = Reflect.get(of, name)
      if (typeof value !== 'function') return value
      return (...args: unknown[]) => run(String(name), () => Reflect.apply(value, of, args))
    },
  })
}

function databaseProfile(
  name: string,
  gauge: Gauge,
  opened: Opened,
  filled: Promise<void> = Promise.resolve(),
): Profile {
  let copies = 0
  const openDisk = async () => {
    await filled
    return opened(await openIndexedDbDisk(name))
  }
  const open = async (): Promise<LocalStore> => createLocalStore(await gauge(openDisk()))
  return {
    maxTabs: 4,
    open: async (life) => mortal(await open(), life, gauge),
    rot: async () => false,
    view: open,
    async copy() {
      const content = await gauge(readAll(await gauge(openDisk())))
      return () => {
        const next = `${name}~${++copies}`
        const filling = gauge(openIndexedDbDisk(next).then((disk) => fill(disk, content)))
        return databaseProfile(next, gauge, opened, filling)
      }
    },
  }
}

const everything: Parameters<Transaction['getAll']>[1] = { from: -Infinity, to: ['\uffff'] }

/** All records of a disk, as the changes that would write them. */
const readAll = (disk: Disk): Promise<Change[]> =>
  disk.run('read', tableNames, async (tx) => {
    const tables = await Promise.all(tableNames.map((table) => tx.getAll(table, everything)))
    return tables.flatMap((records, i) =>
      records.map((record) => [tableNames[i], record] as unknown as Change),
    )
  })

/** Copies a database as it is at this moment. */
export async function copyDisk(from: string, to: string): Promise<void> {
  const disk = await openIndexedDbDisk(from)
  const content = await readAll(disk)
  await disk.close()
  await fill(await openIndexedDbDisk(to), content)
}

async function fill(disk: Disk, content: readonly Change[]): Promise<void> {
  await disk.run('relaxed', tableNames, async (tx) => {
    for (const [table, record] of content) tx.put(table, record as never)
  })
  await disk.close()
}

/** A file has one holder; the next gets a copy of what the last one left, torn or not. */
function fileProfile(
  newPath: (name: string) => string,
  gauge: Gauge,
  opened: Opened,
  from?: string,
): Profile {
  let path = from
  const copy = async (next: string): Promise<LocalStore> => {
    if (path !== undefined && existsSync(path)) copyFileSync(path, next)
    return opened(await gauge(openFileStore(next)))
  }
  return {
    maxTabs: 1,
    async open(life) {
      const next = newPath('client.db')
      const store = await copy(next)
      path = next
      return mortal(store, life, gauge)
    },
    rot: async () => false,
    view: () => copy(newPath('view.db')),
    async copy() {
      const at = newPath('copy.db')
      if (path !== undefined && existsSync(path)) copyFileSync(path, at)
      return () => fileProfile(newPath, gauge, opened, at)
    },
  }
}

/**
 * A log on SQLite. What its disk said was committed is remembered, and compared with the file when
 * it is opened again.
 */
function createSqliteMedium(
  newPath: (name: string) => string,
  gauge: Gauge,
  opened: Opened,
): LogMedium {
  let path = newPath('log.sqlite')
  let backup: { path: string; log: LogSnapshot } | undefined
  let shadow = createMemoryLogDisk()
  const removed: Removed = new Map()

  function copy(): string {
    const to = newPath('log.sqlite')
    for (const end of ['', '-wal']) if (existsSync(path + end)) copyFileSync(path + end, to + end)
    return to
  }

  async function check(disk: LogDisk): Promise<void> {
    for (const [object, stored] of shadow.snapshot()) {
      const runs = await gauge(disk.read(object, 0, { events: 1e6, bytes: 1e9 }))
      const first = runs[0]?.seq ?? stored.seq + 1
      const kept = stored.runs.filter(({ seq }) => seq >= first)
      const [is, should] = [runs, kept].map((list) =>
        JSON.stringify(list.flatMap((run) => JSON.parse(run.events) as unknown[])),
      )
      if (is !== should) throw new Error(`the file of ${object} is not what was committed`)
    }
  }

  return {
    async open() {
      const onFatal = (): undefined => undefined
      const disk = opened(await gauge(openSqliteDisk({ path, onFatal, now: () => 0 })))
      await check(disk)
      const mine = shadow
      return {
        load: (...args) => gauge(disk.load(...args)),
        hashes: (...args) => gauge(disk.hashes(...args)),
        read: (...args) => gauge(disk.read(...args)),
        compact: (...args) => gauge(disk.compact(...args)),
        weigh: (...args) => gauge(disk.weigh(...args)),
        state: (...args) => gauge(disk.state(...args)),
        prune: (...args) => gauge(disk.prune(...args)),
        digests: (...args) => gauge(disk.digests(...args)),
        // What is beside the file has no rows that could tell which went.
        purge: async () => false,
        async remove(object, term) {
          await gauge(disk.remove(object, term))
          noteRemoved(removed, object, mine.snapshot().get(object)?.runs ?? [])
          await mine.remove(object, term)
        },
        objects: (...args) => gauge(disk.objects(...args)),
        async commit(commits) {
          await gauge(disk.commit(commits))
          await mine.commit(commits)
        },
        client: (client) => gauge(disk.client(client)),
        owners: (question) => gauge(disk.owners(question)),
        saveClients: (...args) => gauge(disk.saveClients(...args)),
        forgetClients: (beforeMs) => gauge(disk.forgetClients(beforeMs)),
        backup: (path) => gauge(disk.backup(path)),
        close: () => gauge(disk.close()),
      }
    },
    kill() {
      path = copy()
    },
    backUp() {
      backup = { path: copy(), log: shadow.snapshot() }
    },
    restore() {
      path = backup?.path ?? newPath('log.sqlite')
      shadow = createMemoryLogDisk(backup?.log)
      if (backup !== undefined) backup = { path: copy(), log: backup.log }
    },
    committed: () => shadow.snapshot(),
    purges: () => new Map(),
    removed: () => removed,
  }
}
