import type { Event, ObjectId, Patch, Replica as ReplicaId, RowKey } from '@react-collab/core'
import type { Edit } from '../edit.js'
import { Replica } from '../replica.js'
import { createLocalStore } from '../store/local-store.js'
import { createMemoryDisk, type MemoryDiskOptions } from '../store/memory-disk.js'
import type { LocalStore } from '../store/store.js'
import { createWriter } from '../writer.js'
import { noWindows, type Windowing } from '../windows/windowing.js'
import { createManualPlatform, type ManualPlatform } from './manual-platform.js'

/** The object of these tests. */
export const object = 'object' as ObjectId

/** Names a writer: its letter, eight times. */
export const replicaOf = (letter: string): ReplicaId => letter.repeat(8) as ReplicaId

/** Writes one field of a row. */
export const set = (row: string, field: string, value: string | number): Patch => [
  '=',
  `rows/${row}` as RowKey,
  field,
  value,
]

/** One replica with a disk in memory. */
export interface TestReplica {
  readonly platform: ManualPlatform
  readonly store: LocalStore
  readonly replica: Replica
  /** Resolves when all edits are on disk, or have failed. */
  flushed(): Promise<void>
  /** Called with the edits that have reached the disk. */
  saved: (edits: readonly Edit[]) => void
  /** Makes an edit and waits until it is on disk. */
  write(...patches: Patch[]): Promise<Edit>
}

/** Makes a replica that has read its disk. */
export async function createTestReplica(
  disk: MemoryDiskOptions = {},
  letter = 'a',
  windowing: Windowing = noWindows,
): Promise<TestReplica> {
  const platform = createManualPlatform()
  const store = createLocalStore(createMemoryDisk(disk))
  const replica = new Replica(object, {
    platform,
    now: platform.now,
    meta: undefined,
    windowing,
    store: () => Promise.resolve(store),
    unsaved: (of) => writer.enqueue(of),
  })
  store.useWindows(windowing, (news) => replica.windows.hear(news))
  const writer = createWriter(store, {
    platform,
    saved: (_replica, _row, edits) => made.saved(edits),
    savedLocals: () => undefined,
    changed: () => undefined,
  })
  const made: TestReplica = {
    platform,
    store,
    replica,
    saved: () => undefined,
    async flushed() {
      await platform.pass(5)
      await writer.flushed()
    },
    async write(...patches) {
      const edit = replica.edit(patches)
      await made.flushed()
      return edit
    },
  }
  const counter = await store.counter(0, object)
  replica.start(await store.load(object), { slot: 0, replica: replicaOf(letter), counter })
  return made
}

/** The event of an edit that has been numbered. */
export const eventOf = (edit: Edit): Event => edit.event as Event
