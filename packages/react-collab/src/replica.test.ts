import {
  applyEvent,
  createObjectState,
  type Event,
  formatStamp,
  limits,
  type Patch,
  readText,
  ROOT,
  type RowKey,
  type Stamp,
  StorageError,
} from '@react-collab/core'
import { describe, expect, it } from 'vitest'
import { checkBase } from './lost-elements.js'
import { Replica } from './replica.js'
import { takeRestamped } from './restamp.js'
import type { StoredRow } from './store/store.js'
import { createManualPlatform } from './testing/manual-platform.js'
import {
  createTestReplica,
  eventOf,
  object,
  replicaOf,
  set,
  type TestReplica,
} from './testing/test-replica.js'

const full = new StorageError('QUOTA', 'the disk is full')
const row = (id: string): RowKey => `rows/${id}` as RowKey

/** An event of somebody else. */
const foreign = (n: number, ms = n, ...patches: Event[2]): Event => [
  n,
  formatStamp({ ms, counter: 0, replica: replicaOf('z') }),
  patches.length > 0 ? patches : [set('z', 'f', n)],
]

const batch = (seq: number, ...events: Event[]) => ({ term: 't', seq, events })

it('[REP10] an edit over the limit of bytes is refused at the call, and nothing has changed', async () => {
  const at = await createTestReplica()
  const rows = (size: number): Patch[] =>
    ['1', '2', '3'].map((id) => set(id, 'f', '"'.repeat(size / 6)))
  at.replica.edit(rows(limits.eventBytes - 300))
  const large = (): unknown => at.replica.edit(rows(limits.eventBytes))
  expect(large).toThrow(expect.objectContaining({ code: 'PAYLOAD_TOO_LARGE' }))
  expect(at.replica.visible.pending.size).toBe(1)
})

it('[REP24] an edit of text is made again where its base is there, else told BASE_LOST', async () => {
  const at = await createTestReplica()
  for (const [index, inserted] of ['a', 'b'].entries())
    at.replica.editing.editText(ROOT, 'body', (live, writer) =>
      live.splice(index, 0, inserted, writer),
    )
  const [first, second] = [...at.replica.visible.pending]
  await at.flushed()
  const events = [eventOf(first!), eventOf(second!)]
  const again = (event: Event): void => {
    checkBase(at.replica, event)
    at.replica.edit(event[2])
  }
  at.replica.refuse([first!, second!])
  expect(() => again(events[1]!)).toThrow(expect.objectContaining({ code: 'BASE_LOST' }))
  const [n, stamp, patches] = events[0]!
  const others: Event = [n, stamp.replace(/a{8}$/, 'bbbbbbbb') as Stamp, patches]
  expect(() => again(others)).toThrow(expect.objectContaining({ code: 'BASE_LOST' }))
  again(events[0]!)
  again(events[1]!)
  expect(String(readText(at.replica.visible.row(ROOT)!, 'body')?.live.text)).toBe('ab')
})

describe('drafts', () => {
  const start = async () => {
    const { store, platform } = await createTestReplica()
    const replica = new Replica(object, {
      platform,
      now: platform.now,
      meta: undefined,
      unsaved: () => undefined,
    })
    return { store, platform, replica }
  }

  it('[REP1, REP2] shows edits before the disk was read, and numbers them in order after', async () => {
    const { store, replica } = await start()
    const drafts = [replica.edit([set('1', 'f', 1)]), replica.edit([set('1', 'f', 2)])]
    expect(replica.visible.row(row('1'))?.values).toEqual({ f: 2 })
    expect(replica.takeUnsaved()).toEqual([])
    expect(replica.unsaved.all).toEqual(drafts)
    const counter = { n: 7, stamp: formatStamp({ ms: 9e12, counter: 3, replica: replicaOf('a') }) }
    replica.start(await store.load(object), { slot: 0, replica: replicaOf('a'), counter })
    expect(drafts.map((edit) => eventOf(edit)[0])).toEqual([8, 9])
    const [first, second] = drafts.map((edit) => eventOf(edit)[1])
    expect(first! > counter.stamp && second! > first!).toBe(true)
    expect(replica.visible.row(row('1'))?.stamps).toEqual({ f: second })
    expect(replica.takeUnsaved()[0]?.write().counter).toEqual({ n: 9, stamp: second })
  })

  it('[REP2] begins without the edits that the state on disk already holds', async () => {
    const { store, replica } = await start()
    const lead = await store.lead()
    const events = [foreign(1, 1, set('1', 'f', 1)), foreign(2, 2, set('1', 'f', 2))]
    const stored = { object, events, at: 0 }
    await store.append([{ object, slot: 0, counter: { n: 2, stamp: events[1]![1] }, row: stored }])
    await store.confirm(lead, object, [batch(1, events[0]!)], [], 0)
    const counter = await store.counter(0, object)
    replica.start(await store.load(object), { slot: 0, replica: replicaOf('a'), counter })
    expect([...replica.visible.pending].map((edit) => eventOf(edit)[0])).toEqual([2])
  })

  it('[REP2] shows what was drafted over what the disk holds, whatever its stamps', async () => {
    const { store, replica } = await start()
    const lead = await store.lead()
    const state = createObjectState()
    applyEvent(state, foreign(1, 8e12, set('1', 'f', 'disk'), set('1', 'g', 'disk')))
    await store.reset(lead, object, state, { term: 't', seq: 1 }, [])
    replica.edit([set('1', 'f', 'draft')])
    const seat = { slot: 0, replica: replicaOf('a'), counter: { n: 0 } }
    replica.start(await store.load(object), seat)
    expect(replica.visible.row(row('1'))?.values).toEqual({ f: 'draft', g: 'disk' })
  })

  it('[REP7] fails drafts, and all later edits, when the disk cannot be read', async () => {
    const { replica } = await start()
    const draft = replica.edit([set('1', 'f', 1)])
    replica.abandon(full)
    await expect(draft.local).rejects.toBe(full)
    expect(replica.visible.row(row('1'))?.values).toBeUndefined()
    const late = replica.edit([set('1', 'f', 2)])
    await expect(late.server).rejects.toBe(full)
    expect(replica.unsaved.isEmpty).toBe(true)
  })
})

describe('the disk', () => {
  it('[REP7] takes back what the disk did not take, with all later edits and their numbers', async () => {
    let isFull = false
    const fault = () => (isFull ? full : undefined)
    const { replica, write, flushed } = await createTestReplica({ crashPoint: fault })
    await write(set('1', 'f', 'kept'))
    isFull = true
    const lost = replica.edit([set('1', 'f', 'lost'), set('1', 'g', 'lost')])
    await Promise.resolve()
    await Promise.resolve()
    const later = replica.edit([set('2', 'f', 'later')])
    await flushed()
    isFull = false
    await expect(lost.local).rejects.toBe(full)
    await expect(later.server).rejects.toBe(full)
    expect(replica.visible.row(row('1'))?.values).toEqual({ f: 'kept' })
    expect(replica.visible.row(row('2'))?.values).toBeUndefined()
    const next = await write(set('1', 'f', 'next'))
    expect(eventOf(next)[0]).toBe(2)
    expect(next.stage).toBe('saved')
  })

  it('[REP1] writes edits of one task as one row, in rows of at most 500', async () => {
    const { replica, store, flushed } = await createTestReplica()
    for (let i = 0; i < 1201; i++) replica.edit([set('1', 'f', i)])
    await flushed()
    const rows = await store.pending(object)
    expect(rows.map(({ events }) => events.length)).toEqual([500, 500, 201])
    expect(rows.flatMap(({ events }) => events.map(([n]) => n))).toEqual(
      Array.from({ length: 1201 }, (_, i) => i + 1),
    )
  })

  it('[REP10] refuses an edit with too many changes, and nothing has changed', async () => {
    const { replica } = await createTestReplica()
    const many = Array.from({ length: limits.patches + 1 }, (_, i) => set('1', `f${i}`, i))
    expect(() => replica.edit(many)).toThrow(expect.objectContaining({ code: 'BATCH_TOO_LARGE' }))
    expect(replica.visible.pending.size).toBe(0)
    expect(replica.unsaved.isEmpty).toBe(true)
  })
})

describe('entries', () => {
  it('[REP5] passes over what it has seen, and tells a gap without taking anything', async () => {
    const { replica } = await createTestReplica()
    expect(replica.receive(batch(1, foreign(1), foreign(2)))).toEqual([])
    expect(replica.receive(batch(2, foreign(2), foreign(3)))).toEqual([])
    expect(replica.cursor).toEqual({ term: 't', seq: 3 })
    expect(replica.receive(batch(1, foreign(1)))).toEqual([])
    expect(replica.cursor).toEqual({ term: 't', seq: 3 })
    expect(replica.receive(batch(5, foreign(5)))).toBeUndefined()
    expect(replica.cursor).toEqual({ term: 't', seq: 3 })
    expect(replica.visible.row(row('z'))?.values).toEqual({ f: 3 })
  })

  it('[REP6] an own entry confirms what was left out before it, and tells its seq', async () => {
    const { replica, write } = await createTestReplica()
    const edits = [
      await write(set('1', 'f', 1)),
      await write(set('1', 'f', 2)),
      await write(set('2', 'f', 3)),
    ]
    const settled = replica.receive(batch(1, foreign(1), eventOf(edits[1]!)))
    expect(settled).toEqual(edits.slice(0, 2))
    expect(await Promise.all(edits.slice(0, 2).map((edit) => edit.server))).toEqual([2, 2])
    expect(edits.map((edit) => edit.stage)).toEqual(['logged', 'logged', 'saved'])
    expect(replica.visible.row(row('2'))?.values).toEqual({ f: 3 })
  })

  it('[REP1] an edit is stamped after all that was seen, whatever the wall clock says', async () => {
    const { replica, platform, write } = await createTestReplica()
    replica.receive(batch(1, foreign(1, platform.time + 3_600_000, set('1', 'f', 'theirs'))))
    await write(set('1', 'f', 'mine'))
    expect(replica.visible.row(row('1'))?.values).toEqual({ f: 'mine' })
  })
})

describe('stamped anew', () => {
  it('[REP8] keeps numbers, order and promises, and lets the clock fall back', async () => {
    const { replica, platform, store, write, flushed } = await createTestReplica()
    const lead = await store.lead()
    platform.time += 3_600_000
    const edits = [await write(set('1', 'f', 1)), await write(set('1', 'f', 2))]
    platform.time -= 3_600_000
    const unsaved = replica.edit([set('1', 'f', 3)])
    let ms = platform.time
    const before = replica.stored
    const stamps = await store.restamp(lead, object, () =>
      formatStamp({ ms: ms++, counter: 0, replica: replicaOf('a') }),
    )
    replica.restamped(stamps, before, await store.counter(0, object))
    expect(edits.map((edit) => eventOf(edit)[0])).toEqual([1, 2])
    expect(edits.map((edit) => eventOf(edit)[1])).toEqual(
      stamps.flatMap(({ events }) => events.map(([, stamp]) => stamp)),
    )
    expect([...replica.visible.pending]).toEqual([...edits, unsaved])
    await flushed()
    const next = await write(set('1', 'f', 4))
    expect(
      eventOf(next)[1].slice(0, 9) < (platform.time + 60_000).toString(36).padStart(9, '0'),
    ).toBe(true)
    expect(eventOf(next)[0]).toBe(4)
  })
})

describe('[REP23] what waits for the disk while its outbox is stamped anew', () => {
  /** Stamps the outbox anew, from 1970, and gives back the greatest stamp that is left. */
  async function restamp({ store }: TestReplica): Promise<string> {
    let ms = 1
    const rows = await store.restamp(1, object, () =>
      formatStamp({ ms: ms++, counter: 0, replica: replicaOf('a') }),
    )
    return rows.flatMap((item) => item.events).at(-1)![1]
  }
  const stampsOf = (rows: readonly StoredRow[]): string[] =>
    rows.flatMap(({ events }) => events.map(([, stamp]) => stamp))

  it('gets new stamps of its own, whether or not the tab has heard', async () => {
    const at = await createTestReplica()
    await at.store.lead()
    await at.write(set('1', 'f', 1))
    const restamping = restamp(at)
    const unsaved = at.replica.edit([set('1', 'f', 2)])
    const greatest = await restamping
    await at.flushed()
    const rows = await at.store.pending(object)
    expect(rows.flatMap(({ events }) => events.map(([n]) => n))).toEqual([1, 2])
    expect(new Set(stampsOf(rows)).size).toBe(2)
    expect(eventOf(unsaved)[1] > greatest).toBe(true)
    expect(eventOf(unsaved)).toEqual(rows.at(-1)?.events[0])
    await unsaved.local
  })

  it('follows what was stamped anew, though it was made before that was known', async () => {
    const at = await createTestReplica()
    const { replica, store } = at
    await store.lead()
    const edits = [await at.write(set('1', 'f', 1))]
    const restamping = restamp(at)
    edits.push(replica.edit([set('1', 'f', 2)]))
    await restamping
    await takeRestamped(replica, store)
    edits.push(replica.edit([set('1', 'f', 3)]))
    await at.flushed()
    const stamps = edits.map((edit) => eventOf(edit)[1])
    expect(stamps).toEqual([...stamps].sort())
    expect(stampsOf(await store.pending(object))).toEqual(stamps)
    expect(replica.visible.row(row('1'))?.values).toEqual({ f: 3 })
  })
})

describe('another state', () => {
  it('[REP9] keeps pending edits and their promises; what the state holds is logged', async () => {
    const { replica, store, write } = await createTestReplica()
    const edits = [await write(set('1', 'f', 1)), await write(set('2', 'f', 2))]
    const unsaved = replica.edit([set('3', 'f', 3)])
    const state = createObjectState()
    applyEvent(state, eventOf(edits[0]!))
    applyEvent(state, foreign(1, 1, set('9', 'f', 9)))
    replica.replace(state, { term: 'u', seq: 2 }, await store.pending(object), replica.stored)
    expect(await edits[0]!.server).toBe(2)
    expect([...replica.visible.pending]).toEqual([edits[1], unsaved])
    const shown = ['1', '2', '3', '9'].map((id) => replica.visible.row(row(id))?.values['f'])
    expect(shown).toEqual([1, 2, 3, 9])
    expect(replica.cursor).toEqual({ term: 'u', seq: 2 })
  })

  it('[REP9] tells of every row that is another, also of those that are gone', async () => {
    const { replica } = await createTestReplica()
    replica.receive(batch(1, foreign(1, 1, set('1', 'f', 1), set('2', 'f', 2))))
    const heard: string[] = []
    for (const id of ['1', '2', '3']) replica.listeners.onRow(row(id), () => void heard.push(id))
    const state = createObjectState()
    applyEvent(state, foreign(1, 1, set('2', 'f', 'new'), set('3', 'f', 3)))
    replica.replace(state, undefined, [], replica.stored)
    expect(heard.sort()).toEqual(['1', '2', '3'])
    expect(replica.visible.row(row('1'))).toBeUndefined()
  })
})

it('[REP15] a listener that throws is reported and keeps nobody from hearing', () => {
  const platform = createManualPlatform()
  const host = { platform, now: platform.now, meta: undefined, unsaved: () => undefined }
  const replica = new Replica(object, host)
  const heard: unknown[] = []
  const fail = (): never => {
    throw new Error('broken')
  }
  replica.listeners.onRow(row('1'), fail)
  replica.listeners.onRow(row('1'), () => heard.push('row'))
  replica.listeners.onRows('rows/', fail)
  const stop = replica.listeners.onRows('rows/', (keys) => heard.push([...keys]))
  replica.edit([set('1', 'f', 1), set('1', 'g', 1), set('2', 'f', 1)])
  expect(heard).toEqual([['rows/1', 'rows/2'], 'row'])
  expect(platform.errors).toHaveLength(2)
  stop()
  replica.edit([set('2', 'f', 2)])
  expect(heard).toHaveLength(2)
})

it('[REP28] what is written after the state was read anew is later than all in it', async () => {
  const at = await createTestReplica()
  const ahead = formatStamp({ ms: at.platform.time + 4000, counter: 3, replica: replicaOf('b') })
  const state = createObjectState()
  applyEvent(state, [1, ahead, [set('x', 'name', 'theirs')]])
  at.replica.replace(state, { term: 't', seq: 1 }, [], at.replica.stored)
  const edit = await at.write(set('x', 'name', 'mine'))
  expect(eventOf(edit)[1] > ahead).toBe(true)
  expect(at.replica.visible.row('rows/x' as RowKey)?.values['name']).toBe('mine')
})

it('[REP28] what is written when the outbox was stamped anew, and nobody has said so, shows', async () => {
  const at = await createTestReplica()
  const now = at.platform.time
  at.platform.time += 60_000
  await at.write(set('1', 'f', 1))
  at.platform.time = now
  const stamp = formatStamp({ ms: now, counter: 0, replica: replicaOf('a') })
  await at.store.restamp(await at.store.lead(), object, () => stamp)
  for (const value of [2, 3]) {
    at.replica.edit([set('1', 'f', value)])
    await at.flushed()
    expect(at.replica.visible.row(row('1'))?.values['f']).toBe(value)
  }
})
