import {
  type Event,
  formatStamp,
  hashText,
  type Joined,
  type Replica as ReplicaId,
  type RowKey,
  StorageError,
} from '@react-collab/core'
import { beforeEach, describe, expect, it } from 'vitest'
import type { Edit } from './edit.js'
import { Link, type LinkHost } from './link.js'
import { createServerClock, type ServerClock } from './server-clock.js'
import type { OutboxRow } from './store/store.js'
import type { TabMessage } from './tabs.js'
import { createScriptedConnection, type ScriptedConnection } from './testing/scripted-connection.js'
import {
  createTestReplica,
  eventOf,
  object,
  replicaOf,
  set,
  type TestReplica,
} from './testing/test-replica.js'

let at: TestReplica
let line: ScriptedConnection
let link: Link
let host: LinkHost
let told: string[]
let posted: TabMessage[]
let clock: ServerClock
let lead: number
let retired: ReadonlyMap<ReplicaId, ReplicaId>
let fork: () => Promise<void>
let whenJoined: () => void
let fault: StorageError | undefined

beforeEach(async () => {
  fault = undefined
  whenJoined = () => undefined
  at = await createTestReplica({
    crashPoint: ({ tables }) => (tables.includes('journal') ? fault : undefined),
  })
  line = createScriptedConnection()
  told = []
  posted = []
  clock = createServerClock(at.platform)
  lead = await at.store.lead()
  retired = new Map()
  await at.store.identity(at.platform.id)
  await at.store.replica(0, () => me)
  fork = async () => {
    told.push('fork')
    const ids = ['x', 'y', 'v', 'w'].values()
    const replicas = ['p', 'q'].values()
    const make = {
      id: () => ids.next().value ?? '',
      replica: () => replicaOf(replicas.next().value ?? ''),
    }
    retired = (await at.store.fork(lead, make)).retired
    link.disconnect()
  }
  host = {
    platform: at.platform,
    store: at.store,
    connection: line,
    lead,
    clock,
    fenced: () => told.push('fenced'),
    changed: () => undefined,
    post: (message) => posted.push(message),
    overwritten: () => undefined,
    rejected: () => told.push('rejected'),
    joined: () => whenJoined(),
    wantsPool: () => false,
    retired: () => retired,
    fork,
    trouble: (error) => told.push(error?.code ?? 'well'),
  }
  link = new Link(at.replica, host)
  at.saved = (edits) => {
    at.replica.saved(edits)
  }
})

const settle = (): Promise<void> => at.platform.settle()
const me = replicaOf('a')
const value = (id: string): unknown => at.replica.visible.row(`rows/${id}` as RowKey)?.values['f']

const foreign = (n: number): Event => [
  n,
  formatStamp({ ms: n, counter: 0, replica: replicaOf('z') }),
  [set('z', 'f', n)],
]

const entries = (seq: number, ...events: Event[]): void => link.receive({ term: 't', seq, events })

/** Answers the join that waits. */
async function joined(answer: Partial<Joined> = {}): Promise<void> {
  await settle()
  const [join] = line.asked
  expect(join?.event).toBe('join')
  const base = { session: 1, term: 't', head: 0, now: at.platform.time, reset: false }
  join!.accept({ ...base, vv: {}, hashes: {}, ...answer })
  await settle()
}

const join = (answer?: Partial<Joined>): Promise<void> => {
  link.connect()
  return joined(answer)
}

/** A row that lies in the outbox, and whose number the confirmed state has of another edit. */
async function lateRow(): Promise<{ edits: Edit[]; row: OutboxRow }> {
  await at.write(set('1', 'f', 1))
  const edits = [...at.replica.visible.pending]
  await join()
  line.asked[0]!.accept({})
  entries(1, eventOf(edits[0]!))
  await settle()
  link.disconnect()
  line.asked.length = 0
  const [n, stamp] = eventOf(edits[0]!)
  const row: OutboxRow = { object, events: [[n, stamp, [set('2', 'f', 2)]]], at: 0 }
  // As an earlier version left it: from a slot of its own nobody refuses it now.
  await at.store.append([{ object, slot: 7, counter: { n, stamp }, row }])
  return { edits, row }
}

const asked = (): string[] => line.asked.map(({ event }) => event)

describe('joining', () => {
  it('[LINK1] asks from its cursor, and for the lowest of its numbers that are not in the log', async () => {
    await at.write(set('1', 'f', 1))
    await at.write(set('2', 'f', 2))
    at.replica.edit([set('3', 'f', 'not on disk')])
    link.connect()
    await settle()
    expect(line.asked[0]!.message).toEqual({
      object,
      replicas: { [me]: 1 },
      paced: true,
      echoes: true,
      states: true,
    })
    await joined()
    entries(1, foreign(1), eventOf([...at.replica.visible.pending][0]!))
    await settle()
    link.disconnect()
    line.asked.length = 0
    link.connect()
    await settle()
    expect(line.asked[0]!.message).toEqual({
      object,
      cursor: { term: 't', seq: 2 },
      replicas: { [me]: 2 },
      paced: true,
      echoes: true,
      states: true,
    })
  })

  it('[LINK1] takes rows of other tabs from the disk, also when nobody told of them', async () => {
    const stamp = formatStamp({ ms: 5, counter: 0, replica: replicaOf('b') })
    const row = { object, events: [[3, stamp, [set('b', 'f', 'b')]]] as Event[], at: 0 }
    await at.store.append([{ object, slot: 1, counter: { n: 3, stamp }, row }])
    await join()
    expect(value('b')).toBe('b')
    expect(asked()).toEqual(['push'])
  })

  it('[LINK1] sends nothing again that the log has', async () => {
    await at.write(set('1', 'f', 1))
    const [edit] = at.replica.visible.pending
    await join({
      head: 1,
      vv: { [me]: 1 },
      hashes: { [me]: [[1, hashText(JSON.stringify(edit!.event))]] },
    })
    expect(asked()).toEqual([])
    expect(link.report).toMatchObject({ phase: 'catching-up', seq: 0, head: 1, pending: 1 })
    entries(1, eventOf(edit!))
    expect(link.report).toMatchObject({ phase: 'live', seq: 1, head: 1, pending: 0 })
    expect(await edit!.server).toBe(1)
  })

  it('[LINK6] becomes a client of its own when another copy of its disk has used a number', async () => {
    const [one, two] = [await at.write(set('1', 'f', 1)), await at.write(set('2', 'f', 2))]
    const [first, second] = [eventOf(one), eventOf(two)]
    const other = { head: 1, vv: { [me]: 1 }, hashes: { [me]: [[1, 'another'] as const] } }
    await join(other)
    expect(told).toEqual(['fork'])
    expect(line.asked).toEqual([])
    await join(other)
    const now = replicaOf('p')
    const moved = ([n, stamp, patches]: Event): unknown[] => [
      n,
      stamp.slice(0, 12) + now,
      patches,
      { o: [me, n], h: hashText(JSON.stringify([n, stamp, patches])) },
    ]
    expect(line.asked[0]?.message).toMatchObject({
      prev: { [now]: 0 },
      events: [moved(first), moved(second)],
    })
    expect(await at.store.rejected()).toEqual([])
    expect([value('1'), value('2')]).toEqual([1, 2])
    line.asked[0]!.accept({})
    const sent = [...at.replica.visible.pending].map(eventOf)
    entries(1, [1, first[1], [set('1', 'f', 'theirs')]], ...sent)
    await settle()
    expect(await Promise.all([one.server, two.server])).toEqual([2, 3])
    expect(await at.store.pending(object)).toEqual([])
    expect(posted).toContainEqual({ type: 'reload', object, why: 'moved' })
  })

  it('[FORK2] an event that the other copy has sent is settled, not sent again', async () => {
    const edits = [await at.write(set('1', 'f', 1)), await at.write(set('2', 'f', 2))]
    const [first, second] = edits.map(eventOf) as [Event, Event]
    await fork()
    const hashes = { [me]: [[1, hashText(JSON.stringify(first))] as const] }
    await join({ head: 1, vv: { [me]: 1 }, hashes })
    expect(line.asked[0]?.message.events).toMatchObject([[2, expect.anything(), second[2], {}]])
    entries(1, first)
    expect(await edits[0]!.server).toBe(1)
    expect([value('1'), value('2')]).toEqual([1, 2])
  })

  it('[FORK4] an event that the other copy has sent under another name is settled as well', async () => {
    const edits = [await at.write(set('1', 'f', 1)), await at.write(set('2', 'f', 2))]
    const [first] = edits.map(eventOf) as [Event, Event]
    const hash = hashText(JSON.stringify(first))
    const under = replicaOf('z')
    await join({ head: 4, moved: { [me]: [[1, hash, under]] } })
    expect(await edits[0]!.server).toBe(4)
    expect(line.asked[0]?.message.events).toEqual([eventOf(edits[1]!)])
    expect((await at.store.pending(object)).flatMap(({ events }) => events)).toHaveLength(1)
  })

  it('[FORK4] the other copy may have sent it under its first name after this one has moved it', async () => {
    const edit = await at.write(set('1', 'f', 1))
    const first = eventOf(edit)
    await fork()
    await join({})
    expect(line.asked).toHaveLength(1)
    link.disconnect()
    line.asked.length = 0
    link.connect()
    await settle()
    expect(line.asked[0]?.message).toMatchObject({ replicas: { [me]: 1, [replicaOf('p')]: 1 } })
    const hashes = { [me]: [[1, hashText(JSON.stringify(first))] as const] }
    await joined({ head: 1, vv: { [me]: 1 }, hashes })
    expect(line.asked).toEqual([])
    expect(await edit.server).toBe(1)
    expect(await at.store.pending(object)).toEqual([])
  })

  it('[FORK3] entries of another copy, live, settle nothing that waits here', async () => {
    const edit = await at.write(set('1', 'f', 1))
    await join()
    const [n, stamp] = eventOf(edit)
    entries(1, foreign(1), [n, stamp, [set('2', 'f', 'theirs')]])
    expect(told).toEqual(['fork'])
    await settle()
    expect((await at.store.pending(object)).flatMap(({ events }) => events)).toEqual([
      eventOf(edit),
    ])
    expect(value('1')).toBe(1)
  })

  it('[FORK3] nor do later ones, that hide nothing of it', async () => {
    await at.write(set('1', 'f', 1))
    await join()
    entries(1, [7, formatStamp({ ms: 1e13, counter: 0, replica: me }), [set('2', 'f', 'theirs')]])
    expect(told).toEqual(['fork'])
    await settle()
    expect(await at.store.pending(object)).toHaveLength(1)
  })

  it('[LINK6] looks at a row that seems settled before it counts as such', async () => {
    const { edits, row } = await lateRow()
    const hash = hashText(JSON.stringify(edits[0]!.event))
    await join({ head: 1, vv: { [me]: 1 }, hashes: { [me]: [[1, hash]] } })
    expect(told).toEqual(['fork'])
    await join({ head: 1, vv: { [me]: 1 }, hashes: { [me]: [[1, hash]] } })
    expect(line.asked[0]?.message.events).toMatchObject([
      [1, expect.anything(), row.events[0]![2], { o: [me, 1] }],
    ])
    expect([value('1'), value('2')]).toEqual([1, 2])
  })

  it('[LINK1] asks for the numbers of rows that the confirmed state has, and settles them after', async () => {
    const { row } = await lateRow()
    link.connect()
    await settle()
    expect(line.asked[0]!.message).toMatchObject({ replicas: { [me]: 1 } })
    const hash = hashText(JSON.stringify(row.events[0]))
    await joined({ head: 1, vv: { [me]: 1 }, hashes: { [me]: [[1, hash]] } })
    expect(await at.store.pending(object)).toEqual([])
    expect(await at.store.rejected()).toEqual([])
  })

  it('[LINK6] takes a number without an event in the log for one that was left out of its push', async () => {
    await at.write(set('1', 'f', 1))
    await at.write(set('1', 'f', 2))
    const [, second] = at.replica.visible.pending
    const hash = hashText(JSON.stringify(second!.event))
    await join({ head: 1, vv: { [me]: 2 }, hashes: { [me]: [[2, hash]] } })
    expect(await at.store.rejected()).toEqual([])
    expect(asked()).toEqual([])
  })

  it('[FORK9] takes a number whose hash is gone from the log for the edit that was sent', async () => {
    await at.write(set('1', 'f', 1))
    await at.write(set('2', 'f', 2))
    await join({ head: 2, vv: { [me]: 1 }, hashes: {}, forgotten: { [me]: 1 } })
    expect(told).not.toContain('fork')
    expect(line.asked[0]!.message.events).toEqual([[2, expect.anything(), [set('2', 'f', 2)]]])
  })

  it('[LINK5] joins again only when the state that it had loaded is on the disk, and misses nothing', async () => {
    let go = (): void => undefined
    const slow = { ...at.store }
    slow.reset = async (...args) => {
      await new Promise<void>((resolve) => (go = resolve))
      return at.store.reset(...args)
    }
    link = new Link(at.replica, { ...host, store: slow })
    await join({ reset: true, head: 1 })
    await joined({ reset: true, head: 1 })
    entries(1, foreign(1))
    await settle()
    link.disconnect()
    line.asked.length = 0
    link.connect()
    await settle()
    expect(asked()).toEqual([])
    go()
    await joined({ head: 2 })
    entries(2, foreign(2))
    expect(value('z')).toBe(2)
    expect(link.report).toMatchObject({ phase: 'live', seq: 2 })
  })

  it('[LINK5] takes no entries before the join is answered', async () => {
    link.connect()
    await settle()
    entries(1, foreign(1))
    expect(at.replica.cursor).toBeUndefined()
    await joined({ head: 1 })
    entries(1, foreign(1))
    expect(value('z')).toBe(1)
  })

  it('[LINK5] takes no notice of an answer to a join that it has given up', async () => {
    link.connect()
    await settle()
    const [old] = line.asked
    link.disconnect()
    link.connect()
    await settle()
    old!.accept({ session: 1, term: 'old', head: 9, now: 1, reset: false, vv: {}, hashes: {} })
    await settle()
    expect(link.report).toMatchObject({ phase: 'joining', head: 0 })
    await joined({ head: 2 })
    expect(link.report).toMatchObject({ phase: 'catching-up', head: 2 })
  })
})

describe('[LINK7] a join that is refused', () => {
  it('holds, and is tried again with growing patience', async () => {
    link.connect()
    const waits: number[] = []
    for (let i = 0; i < 4; i++) {
      await settle()
      line.asked[0]!.refuse({ code: 'FORBIDDEN', message: 'not yours' })
      await settle()
      expect(link.report).toMatchObject({ phase: 'held', code: 'FORBIDDEN', message: 'not yours' })
      waits.push(Math.max(...at.platform.delays))
      await at.platform.pass(waits.at(-1)!)
    }
    expect(waits).toEqual([1, 500, 1000, 2000])
  })

  it('is shown as held until a join is taken, also while the next one is on its way', async () => {
    link.connect()
    await settle()
    line.asked[0]!.refuse({ code: 'TIMEOUT', message: 'authorize took too long' })
    await at.platform.pass(10)
    expect(asked()).toEqual(['join'])
    expect(link.report).toMatchObject({ phase: 'held', code: 'TIMEOUT' })
    await joined({ head: 0 })
    expect(link.report.phase).toBe('live')
  })

  it('waits as long as the server says', async () => {
    link.connect()
    await settle()
    line.asked[0]!.refuse({ code: 'RATE_LIMITED', retryAfterMs: 7000 })
    await at.platform.pass(6999)
    expect(asked()).toEqual([])
    await at.platform.pass(2)
    expect(asked()).toEqual(['join'])
  })

  it('is not tried again where that is of no use, until somebody lifts it', async () => {
    link.connect()
    await settle()
    line.asked[0]!.refuse({ code: 'BAD_ID' })
    await at.platform.pass(3_600_000)
    expect(asked()).toEqual([])
    expect(link.report).toMatchObject({ phase: 'held', code: 'BAD_ID' })
    link.release()
    await joined()
    expect(link.report.phase).toBe('live')
  })
})

describe('[LINK2] a reset', () => {
  it('loads the whole state while the old one is shown, and swaps at once', async () => {
    await join({ head: 2 })
    entries(1, foreign(1), foreign(2))
    await settle()
    link.disconnect()
    const seen: unknown[] = []
    at.replica.listeners.onRow('rows/z' as RowKey, () => seen.push(value('z')))
    await join({ reset: true, term: 'u', head: 3 })
    // Asked once more, without a cursor.
    expect(line.asked[0]!.message['cursor']).toBeUndefined()
    await joined({ reset: true, term: 'u', head: 3 })
    link.receive({ term: 'u', seq: 1, events: [foreign(1)] })
    expect([value('z'), link.report.phase]).toEqual([2, 'catching-up'])
    link.receive({ term: 'u', seq: 2, events: [foreign(5), foreign(7)] })
    // What comes while the disk writes is not lost.
    link.receive({ term: 'u', seq: 4, events: [foreign(8)] })
    await settle()
    expect(seen).toEqual([7, 8])
    expect(at.replica.cursor).toEqual({ term: 'u', seq: 4 })
    expect(link.report.phase).toBe('live')
    expect(posted).toContainEqual({ type: 'reload', object, why: 'reset' })
    const { state, cursor } = await at.store.load(object)
    expect(cursor).toEqual({ term: 'u', seq: 4 })
    expect(state.rows.get('rows/z' as RowKey)?.values).toEqual({ f: 8 })
  })

  it('puts back what the log had accepted and no longer has, unchanged and first', async () => {
    await join()
    const lost = await at.write(set('1', 'f', 'lost'))
    line.asked[0]!.accept()
    await settle()
    entries(1, eventOf(lost))
    await settle()
    expect(await lost.server).toBe(1)
    const waiting = await at.write(set('2', 'f', 'waiting'))
    link.disconnect()
    line.asked.length = 0
    await join({ reset: true, term: 'u' })
    expect(line.asked[0]!.message['replicas']).toEqual({ [me]: 1 })
    await joined({ reset: true, term: 'u' })
    expect(line.asked[0]!.message).toMatchObject({
      term: 'u',
      prev: { [me]: 0 },
      events: [eventOf(lost), eventOf(waiting)],
    })
    expect([value('1'), value('2')]).toEqual(['lost', 'waiting'])
  })

  it('writes no checkpoint of the old state while the disk takes the new one', async () => {
    await join({ head: 1 })
    entries(1, foreign(1))
    await settle()
    link.disconnect()
    let answer: () => void = () => undefined
    const { reset, checkpoint } = at.store
    const checkpoints: unknown[] = []
    Object.assign(at.store, {
      reset: async (...args: Parameters<typeof reset>) => {
        await new Promise<void>((resolve) => (answer = resolve))
        return reset(...args)
      },
      checkpoint: (...args: Parameters<typeof checkpoint>) => {
        checkpoints.push(args[3])
        return checkpoint(...args)
      },
    })
    await join({ reset: true, term: 'u', head: 1 })
    await joined({ reset: true, term: 'u', head: 1 })
    link.receive({ term: 'u', seq: 1, events: [foreign(7)] })
    await at.platform.pass(60_000)
    answer()
    await at.platform.pass(60_000)
    expect(told).toEqual([])
    expect([value('z'), checkpoints]).toEqual([7, [{ term: 'u', seq: 1 }]])
  })

  const loadTwoOf = async (head: number): Promise<void> => {
    await join({ head: 1 })
    entries(1, foreign(1))
    await settle()
    link.disconnect()
    await join({ reset: true, term: 'u', head })
    await joined({ reset: true, term: 'u', head })
    link.receive({ term: 'u', seq: 1, events: [foreign(3), foreign(4)] })
  }

  it('[LINK10] goes on where the loading was cut, and shows the old state until it is done', async () => {
    await loadTwoOf(3)
    link.disconnect()
    link.connect()
    await settle()
    expect(line.asked[0]!.message['cursor']).toEqual({ term: 'u', seq: 2 })
    // The server was started anew meanwhile: another term, the same entries.
    await joined({ term: 'v', head: 3 })
    expect([value('z'), link.report.phase]).toEqual([1, 'catching-up'])
    link.receive({ term: 'v', seq: 3, events: [foreign(5)] })
    await settle()
    expect([value('z'), link.report.phase]).toEqual([5, 'live'])
    expect((await at.store.load(object)).cursor).toEqual({ term: 'v', seq: 3 })
  })

  it('[LINK10] is done when nothing is left to load after the cut', async () => {
    await loadTwoOf(3)
    link.disconnect()
    await join({ term: 'u', head: 2 })
    expect([value('z'), link.report.phase]).toEqual([4, 'live'])
  })

  it('[LINK10] begins anew when the log no longer holds what was loaded', async () => {
    await loadTwoOf(3)
    link.disconnect()
    await join({ reset: true, term: 'w', head: 1 })
    expect(asked()).toEqual([])
    link.receive({ term: 'w', seq: 1, events: [foreign(9)] })
    await settle()
    expect([value('z'), at.replica.cursor]).toEqual([9, { term: 'w', seq: 1 }])
    link.disconnect()
    link.connect()
    await settle()
    expect(line.asked[0]!.message['cursor']).toEqual({ term: 'w', seq: 1 })
  })

  it('[LINK10] begins where it ended when it was cut on its way to the disk', async () => {
    await loadTwoOf(2)
    link.disconnect()
    link.connect()
    await settle()
    expect(line.asked[0]!.message['cursor']).toEqual({ term: 'u', seq: 2 })
    await joined({ term: 'u', head: 3 })
    expect(line.asked).toEqual([])
    link.receive({ term: 'u', seq: 3, events: [foreign(5)] })
    await settle()
    expect([value('z'), at.replica.cursor, told]).toEqual([5, { term: 'u', seq: 3 }, []])
  })

  it('[LINK10] keeps the old state when a gap shows, and goes on before it', async () => {
    await join({ head: 1 })
    entries(1, foreign(1))
    await settle()
    link.disconnect()
    await join({ reset: true, term: 'u', head: 3 })
    await joined({ reset: true, term: 'u', head: 3 })
    link.receive({ term: 'u', seq: 2, events: [foreign(9)] })
    await at.platform.pass(1)
    expect(asked()).toEqual(['join'])
    expect(value('z')).toBe(1)
    expect(line.asked[0]!.message['cursor']).toEqual({ term: 'u', seq: 0 })
  })
})

describe('what goes missing', () => {
  it('[LINK12] takes an echo for the unanswered pushes that begin with its stamp', async () => {
    await join()
    await at.write(set('1', 'f', 1))
    const other = await at.write(set('2', 'f', 2))
    const edits = [...at.replica.visible.pending].map(eventOf)
    expect(asked()).toEqual(['push', 'push'])
    link.echo({ object, term: 't', seq: 1, count: 2, first: edits[0]![1], last: edits[1]![1] })
    expect([at.replica.cursor?.seq, at.replica.visible.pending.size]).toEqual([2, 0])
    expect(value('2')).toBe(2)
    await expect(other.server).resolves.toBe(2)
    await settle()
    expect((await at.store.load(object)).state.vv.get(me)).toBe(2)
    expect(asked()).toEqual(['push', 'push'])
  })

  it('[LINK12] an echo of what is not known leads to joining again', async () => {
    await join()
    await at.write(set('1', 'f', 1))
    const [, stamp] = eventOf([...at.replica.visible.pending][0]!)
    const echo = { object, term: 't', seq: 1, count: 1, first: stamp, last: stamp }
    line.asked[0]!.accept({})
    await settle()
    link.echo(echo)
    await at.platform.pass(5)
    expect([asked(), at.replica.visible.pending.size]).toEqual([['join'], 1])
    link.echo(echo)
    expect(at.replica.cursor).toBeUndefined()
  })

  it('[LINK3] joins again from its cursor after a gap', async () => {
    await join({ head: 1 })
    entries(1, foreign(1))
    entries(3, foreign(3))
    await at.platform.pass(1)
    expect(line.asked[0]!.message['cursor']).toEqual({ term: 't', seq: 1 })
    await joined({ head: 3 })
    entries(2, foreign(2), foreign(3))
    expect(value('z')).toBe(3)
  })

  it('[LINK4] joins again when the head moves on without it for two heartbeats', async () => {
    await join({ head: 1 })
    entries(1, foreign(1))
    await settle()
    await link.heads({ term: 't', seq: 1 })
    await link.heads({ term: 't', seq: 3 })
    await at.platform.pass(5000)
    expect(asked()).toEqual([])
    await link.heads({ term: 't', seq: 4 })
    await at.platform.pass(10)
    expect(asked()).toEqual(['join'])
  })

  it('[LINK4] counts heartbeats that queued up behind a long message as one', async () => {
    await join({ head: 9 })
    entries(1, foreign(1))
    for (let beat = 0; beat < 4; beat++) await link.heads({ term: 't', seq: 9 })
    await at.platform.pass(500)
    expect(asked()).toEqual([])
    entries(2, foreign(2))
    await at.platform.pass(5000)
    await link.heads({ term: 't', seq: 9 })
    expect(asked()).toEqual([])
  })

  it('[LINK11] tells how far it is again as long as the server seems to wait for it', async () => {
    await join({ head: 9 })
    entries(1, foreign(1))
    link.tellSeen()
    await link.heads({ term: 't', seq: 9 })
    const seen = ['seen', { object, cursor: { term: 't', seq: 1 } }]
    expect(line.sent).toEqual([seen, seen])
  })

  it('[LINK11] tells what has come with the answer to the join when it has taken it', async () => {
    const arrive = (): void => {
      entries(1, foreign(1))
      link.tellKept()
    }
    whenJoined = () => queueMicrotask(arrive)
    await join({ head: 1 })
    expect(line.sent.at(-1)).toEqual(['seen', { object, cursor: { term: 't', seq: 1 } }])
  })

  it('[LINK4] waits while entries still come', async () => {
    await join({ head: 9 })
    for (let seq = 1; seq < 6; seq++) {
      await link.heads({ term: 't', seq: 9 })
      entries(seq, foreign(seq))
      await settle()
    }
    await at.platform.pass(10)
    expect(asked()).toEqual([])
  })

  it('[LINK4] joins again when the server no longer counts it among the joined', async () => {
    await join()
    await link.heads(undefined)
    await at.platform.pass(1)
    expect(asked()).toEqual(['join'])
  })

  it('[LINK4] finds rows at a heartbeat that no other tab told of', async () => {
    await join()
    const stamp = formatStamp({ ms: 5, counter: 0, replica: replicaOf('b') })
    const row = { object, events: [[1, stamp, [set('b', 'f', 'b')]]] as Event[], at: 0 }
    await at.store.append([{ object, slot: 1, counter: { n: 1, stamp }, row }])
    const heard = link.heads({ term: 't', seq: 0 })
    await settle()
    await heard
    expect(asked()).toEqual(['push'])
  })

  it('[LINK3] reconnects when a join is not answered', async () => {
    link.connect()
    await settle()
    line.asked[0]!.lose()
    await settle()
    expect(line.restarts).toBe(1)
  })
})

describe('the disk', () => {
  it('[LINK9] takes settled rows out of the outbox when their last event is seen', async () => {
    await join()
    at.replica.edit([set('1', 'f', 1)])
    at.replica.edit([set('2', 'f', 2)])
    await at.flushed()
    const [first, second] = [...at.replica.visible.pending]
    entries(1, eventOf(first!))
    await settle()
    expect(await at.store.pending(object)).toHaveLength(1)
    entries(2, eventOf(second!))
    await settle()
    expect(await at.store.pending(object)).toEqual([])
    expect(await at.store.sent(object)).toHaveLength(1)
  })

  it.each([
    ['and rows of which all was seen but what is refused', 1, []],
    ['but not rows of which something is still to be seen', 0, [1]],
  ])('[LINK9] %s', async (_, seen, waiting) => {
    await join()
    at.replica.edit([set('1', 'f', 1)])
    at.replica.edit([set('2', 'f', 2)])
    await at.flushed()
    await settle()
    const first = eventOf([...at.replica.visible.pending][0]!)
    if (seen === 1) entries(1, first)
    const no = { code: 'REFUSED', message: 'no' } as const
    line.asked[0]!.refuse({ ...no, taken: 1, refused: [{ index: 1, ...no }] })
    await settle()
    const [row] = await at.store.pending(object)
    expect(row?.events.map(([n]) => n) ?? []).toEqual(waiting)
    expect(await at.store.sent(object)).toHaveLength(seen)
  })

  it('[LINK8] goes on in memory when the disk fails, and tells when it is well again', async () => {
    await join()
    fault = new StorageError('QUOTA', 'the disk is full')
    entries(1, foreign(1))
    entries(2, foreign(2))
    await settle()
    expect([value('z'), told]).toEqual([2, ['QUOTA']])
    fault = undefined
    await at.platform.pass(60_000)
    expect(told.at(-1)).toBe('well')
    expect((await at.store.load(object)).cursor).toEqual({ term: 't', seq: 2 })
    expect(posted.filter(({ type }) => type === 'entries')).toHaveLength(1)
  })

  it('[LINK8] tells other tabs of entries only when they are on disk', async () => {
    await join()
    entries(1, foreign(1))
    expect(posted).toEqual([])
    await settle()
    expect(posted).toEqual([
      { type: 'entries', object, batches: [{ term: 't', seq: 1, events: [foreign(1)] }] },
    ])
  })

  it('[LINK8] stands down when another tab leads', async () => {
    await join()
    await at.store.lead()
    entries(1, foreign(1))
    await settle()
    expect(told).toEqual(['fenced'])
  })
})
