import type { ClientDisk, LogDisk, LogSnapshot } from '@react-collab/server'
import {
  createMemoryClientDisk,
  createMemoryLogDisk,
  createMemoryPoolStore,
} from '@react-collab/server/testing'
import {
  type Change,
  createLocalStore,
  createMemoryDisk,
  createTables,
  type LocalStore,
} from 'react-collab/testing'
import { rotDisk } from './rot.js'
import {
  emptyLog,
  type Purges,
  type Removed,
  unpruned,
  watchPruning,
  type WholeLog,
} from './whole-log.js'

/** What a disk has to know of the tab that uses it. */
export interface Life {
  readonly alive: boolean
  /** Called before and after each transaction that writes; the tab may die of it. */
  survives(when: 'before' | 'after'): boolean
}

/** The medium of one device: outlives its tabs. */
export interface Profile {
  /** A file has one holder at a time. */
  readonly maxTabs: number
  open(life: Life): Promise<LocalStore>
  /** Changes a confirmed value that nobody has open; false where there is none, or no way to. */
  rot(): Promise<boolean>
  /** What lies on it, for checks. */
  view(): Promise<LocalStore>
  /** Takes what lies on it at this moment, as a copy of the folder does; each call makes a medium of it. */
  copy(): Promise<() => Profile>
}

/** What a server keeps: its log, and who is known. */
export type ServerDisk = LogDisk & ClientDisk

/** The medium of the server: outlives its processes. */
export interface LogMedium {
  /** Opens what the last process left. */
  open(): Promise<ServerDisk>
  /** The process has died. */
  kill(): void
  backUp(): void
  /** The next process opens the last backup. */
  restore(): void
  /** All that was committed, what was pruned since, too. */
  committed(): LogSnapshot
  /** Rows that were let go of for good. */
  purges(): Purges
  /** What was committed to objects that were removed later. */
  removed(): Removed
}

/** Where a world keeps everything. */
export interface Media {
  profile(name: string): Profile
  readonly log: LogMedium
  /** Resolves when all promises have gone on as far as they can without time going on. */
  settle(): Promise<void>
  close(): Promise<void>
}

/** Media in memory: a run of them depends on nothing but its seed. */
export const createMemoryMedia = (): Media => ({
  profile: () => memoryProfile(),
  log: createMemoryLogMedium(),
  settle: () => new Promise((resolve) => setImmediate(resolve)),
  close: async () => undefined,
})

function memoryProfile(content: Iterable<Change> = []): Profile {
  const tables = createTables({ isGuarded: true })
  for (const change of content) tables.apply(change)
  return {
    maxTabs: 4,
    async open(life) {
      const crashPoint = ({ when }: { readonly when: 'before' | 'after' }) =>
        life.survives(when) ? undefined : 'die'
      return createLocalStore(createMemoryDisk({ tables, durable: true, crashPoint }))
    },
    rot: () => rotDisk(createMemoryDisk({ tables, durable: true })),
    view: async () => createLocalStore(createMemoryDisk({ tables, durable: true })),
    // No transaction is seen in part: they wait for each other.
    copy: () =>
      tables.enqueue(async () => {
        const content = [...tables.all()]
        return () => memoryProfile(content)
      }),
  }
}

function createMemoryLogMedium(): LogMedium {
  const pools = createMemoryPoolStore()
  let watched: ReturnType<typeof watchPruning> | undefined
  let last = emptyLog
  let backup = last
  const removed: Removed = new Map()
  let clients = createMemoryClientDisk()
  let keptClients = clients.snapshot()
  const whole = (): WholeLog => watched?.whole() ?? last
  return {
    async open() {
      const disk = createMemoryLogDisk(last.log)
      watched = watchPruning(disk, last, removed)
      return { ...disk, pools, ...clients }
    },
    kill() {
      last = whole()
      watched = undefined
    },
    backUp() {
      backup = whole()
      keptClients = clients.snapshot()
    },
    restore() {
      last = backup
      clients = createMemoryClientDisk(keptClients)
    },
    committed: () => unpruned(whole()),
    purges: () => whole().purges,
    removed: () => removed,
  }
}
