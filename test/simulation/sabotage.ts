import { CommitError, type EventLog, type LogDisk } from '@react-collab/server'
import type { LocalStore, StoredRow } from 'react-collab/testing'
import { isBranch } from './branch-life.js'
import type { WrapStore } from './device.js'
import type { WrapDisk, WrapLog } from './server.js'

/** A rule broken on purpose: a simulator that does not notice proves nothing. */
export interface Sabotage {
  readonly log?: WrapLog
  readonly store?: WrapStore
  readonly disk?: WrapDisk
  /** A tab is not told that it lost the lead. */
  readonly deaf?: boolean
  /** Changes what goes up in a push. */
  readonly push?: (message: Record<string, unknown>) => Record<string, unknown>
}

/** The same object with some methods replaced; private state stays reachable. */
function override<T extends object>(target: T, methods: Partial<T>): T {
  return new Proxy(target, {
    get(of, key) {
      const replaced: unknown = Reflect.get(methods, key)
      const value: unknown = replaced ?? Reflect.get(of, key)
      return typeof value === 'function' && replaced === undefined ? value.bind(of) : value
    },
  })
}

const isOfBatch = ({ events }: StoredRow): boolean =>
  events.length > 1 &&
  events.every(
    ([, , [patch]]) => patch?.[1].includes('/batch') === true || /~batch/.test(patch?.[1] ?? ''),
  )

const renumbered = (events: StoredRow['events']): StoredRow['events'] =>
  events.map(([n, ...rest]) => [n + 10_000, ...rest])

/** Each rule, and how it is broken. */
export const sabotages: Readonly<Record<string, Sabotage>> = {
  // Pushes are taken in whatever order they come.
  R1: {
    log: (log) =>
      override<EventLog>(log, {
        append: async (items) => {
          const free = items.map(async (item) => {
            const firsts: Record<string, number> = {}
            for (const [n, stamp] of item.events) firsts[stamp.slice(12)] ??= n
            const { vv } = await log.join(item.object, '', undefined, firsts, { states: true })
            return { ...item, prev: { ...item.prev, ...vv } }
          })
          return log.append(await Promise.all(free))
        },
      }),
  },
  // A cursor is taken for valid whatever log it comes from.
  R2: {
    log: (log) =>
      override<EventLog>(log, {
        join: async (object, client, cursor, replicas, wants) => {
          const view = await log.join(object, client, cursor, replicas, wants)
          return { ...view, reset: false }
        },
      }),
  },
  // The cursor moves with the first page of rows, not with the last one.
  R3: {
    log: (log) =>
      override<EventLog>(log, {
        state: async (object, after) => {
          const page = await log.state(object, after, { events: 2, bytes: 1e6 })
          const whole = await log.state(object, after, { events: 1e6, bytes: 1e9 })
          return { ...page, end: whole.end }
        },
      }),
  },
  // What a wrong clock made is never stamped anew.
  R4: {
    store: (store) =>
      override<LocalStore>(store, {
        restamp: (_lead, object): Promise<readonly StoredRow[]> => store.pending(object),
      }),
  },
  // A later event of the same row is taken to cover an earlier one, whatever fields they write.
  R5: {
    push(message) {
      const events = message.events as [number, string, [string, string][]][]
      const kept = events.filter(
        (event, i) => !events.slice(i + 1).some((later) => later[2][0]?.[1] === event[2][0]?.[1]),
      )
      return { ...message, events: kept }
    },
  },
  // A branch is written by the replica that writes its object.
  R6: {
    store: (store) =>
      override<LocalStore>(store, {
        counter: async (slot, object) => {
          const counter = await store.counter(slot, object)
          if (!isBranch(object)) return counter
          const unknown = (): never => {
            throw new Error('a slot without a writer')
          }
          return { ...counter, replica: await store.replica(slot, unknown) }
        },
      }),
  },
  // A batch goes on from its first row, under numbers of its own, whatever the log has of it.
  R7: {
    store(store) {
      const wrong = (rows: readonly StoredRow[]): StoredRow[] =>
        rows.map((row) => (isOfBatch(row) ? { ...row, events: renumbered(row.events) } : row))
      return override<LocalStore>(store, {
        pending: async (...args) => wrong(await store.pending(...args)),
        load: async (object) => {
          const loaded = await store.load(object)
          return { ...loaded, pending: wrong(loaded.pending) }
        },
      })
    },
  },
  // The server takes whatever row is written for its writer's.
  R8: {
    log: (log) =>
      override<EventLog>(log, {
        append: (items) =>
          log.append(
            items.map((item) => ({
              ...item,
              refused: item.refused.filter(({ code }) => !code.endsWith('_OWNER')),
            })),
          ),
      }),
  },
  // What waits on a copied disk goes out under the replica that the other copy has.
  R9: {
    store: (store) =>
      override<LocalStore>(store, {
        fork: async (...args) => ({ ...(await store.fork(...args)), retired: new Map() }),
        identity: async (...args) => ({ ...(await store.identity(...args)), retired: new Map() }),
      }),
  },
  // Nobody hears of rows of windowed collections that are others on the disk.
  R12: {
    store: (store) =>
      override<LocalStore>(store, {
        useWindows: (windowing) => store.useWindows(windowing, () => undefined),
      }),
  },
  // Nobody looks whether a commit of unknown outcome happened.
  R13: {
    disk: (disk) =>
      override<LogDisk>(disk, {
        commit: (commits) =>
          disk.commit(commits).catch(() => {
            throw new CommitError('aborted', 'so it is said')
          }),
      }),
  },
  // A tab that lost the lead goes on as if it had it.
  R14: {
    deaf: true,
    log: (log) => {
      let last = 0
      return override<EventLog>(log, {
        join: async (...args) => {
          const view = await log.join(...args)
          last = view.fence
          return view
        },
        append: (items) => log.append(items.map((item) => ({ ...item, fence: last }))),
      })
    },
    store(store, device) {
      const now =
        <A extends unknown[], R>(method: (lead: number, ...rest: A) => R) =>
        (_lead: number, ...rest: A): R =>
          method.call(store, device.lead, ...rest)
      return override<LocalStore>(store, {
        lead: async () => (device.lead = await store.lead()),
        confirm: now(store.confirm),
        checkpoint: now(store.checkpoint),
        reset: now(store.reset),
        stageRows: now(store.stageRows),
        park: now(store.park),
        restamp: now(store.restamp),
        saveGeneration: now(store.saveGeneration),
      })
    },
  },
  // Nobody compares.
  R15: {
    log: (log) => override<EventLog>(log, { digests: async () => undefined }),
  },
}
