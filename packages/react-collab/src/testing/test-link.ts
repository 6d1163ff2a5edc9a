import {
  type Event,
  type Joined,
  packStatePage,
  type Replica,
  type Row,
  type RowKey,
  type State,
} from '@react-collab/core'
import { Link, type LinkHost } from '../link.js'
import { createServerClock } from '../server-clock.js'
import type { TabMessage } from '../tabs.js'
import { createScriptedConnection, type ScriptedConnection } from './scripted-connection.js'
import { object, replicaOf, type TestReplica } from './test-replica.js'

/** A link of a replica whose server is a test. */
export interface TestLink {
  readonly line: ScriptedConnection
  readonly link: Link
  /** What other tabs were told. */
  readonly posted: TabMessage[]
  /** Some tab wants to hear of the clients. */
  wantsPool: boolean
  /** Connects, and answers the join that waits. */
  join(answer?: Partial<Joined>): Promise<void>
  /** Answers the join that waits. */
  joined(answer?: Partial<Joined>): Promise<void>
  /** Sends entries of the term `t`. */
  entries(seq: number, ...events: Event[]): void
  /** Sends a page of rows of the term `t`. */
  page(page: number, rows: Iterable<readonly [RowKey, Row]>, rest?: Partial<State>): void
  /** Everything that is on its way arrives. */
  settle(): Promise<void>
}

/** Makes a link that has not connected; `trouble` hears of a failing disk, which throws without it. */
export async function createTestLink(
  at: TestReplica,
  trouble = (error: unknown): void => {
    throw error
  },
): Promise<TestLink> {
  const line = createScriptedConnection()
  const posted: TabMessage[] = []
  let retired: ReadonlyMap<Replica, Replica> = new Map()
  await at.store.identity(at.platform.id)
  await at.store.replica(0, () => replicaOf('a'))
  const host: LinkHost = {
    platform: at.platform,
    store: at.store,
    connection: line,
    lead: await at.store.lead(),
    clock: createServerClock(at.platform),
    fenced: () => undefined,
    changed: () => undefined,
    post: (message) => posted.push(message),
    overwritten: () => undefined,
    rejected: () => undefined,
    joined: () => undefined,
    wantsPool: () => made.wantsPool,
    retired: () => retired,
    async fork() {
      const replicas = ['p', 'q'].values()
      const replica = (): Replica => replicaOf(replicas.next().value ?? 'r')
      retired = (await at.store.fork(host.lead, { id: at.platform.id, replica })).retired
      link.disconnect()
    },
    trouble: (error) => {
      if (error !== undefined) trouble(error)
    },
  }
  const link = new Link(at.replica, host)
  at.saved = (edits) => {
    at.replica.saved(edits)
  }
  const settle = (): Promise<void> => at.platform.settle()
  const made: TestLink = {
    line,
    link,
    posted,
    wantsPool: false,
    settle,
    join(answer) {
      line.asked.length = 0
      link.connect()
      return made.joined(answer)
    },
    async joined(answer = {}) {
      await settle()
      const [join] = line.asked
      if (join?.event !== 'join') throw new Error(`no join waits, but ${join?.event}`)
      const base = { session: 1, term: 't', head: 0, now: at.platform.time, reset: false }
      join.accept({ ...base, vv: {}, hashes: {}, ...answer })
      await settle()
    },
    entries: (seq, ...events) => link.receive({ term: 't', seq, events }),
    page(page, rows, rest) {
      // Through JSON, as it comes over the wire: nothing is shared.
      const packed = JSON.parse(JSON.stringify(packStatePage(rows))) as unknown
      link.receivePage({ object, term: 't', page, rows: packed, ...rest })
    },
  }
  return made
}
