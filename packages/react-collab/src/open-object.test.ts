import { createObjectState, type Event, formatStamp, type RowKey } from '@react-collab/core'
import { beforeEach, describe, expect, it } from 'vitest'
import type { Desk } from './desk.js'
import { OpenObject } from './open-object.js'
import { createLocalStore } from './store/local-store.js'
import { createMemoryDisk } from './store/memory-disk.js'
import type { StoredRow } from './store/store.js'
import { createManualPlatform } from './testing/manual-platform.js'
import { object, replicaOf, set } from './testing/test-replica.js'

let desk: Desk
let lead: number
let open: OpenObject

beforeEach(async () => {
  const platform = createManualPlatform()
  const store = createLocalStore(createMemoryDisk())
  desk = { store, slot: 0, replica: replicaOf('a'), identity: await store.identity(platform.id) }
  lead = await store.lead()
  open = new OpenObject(object, {
    platform,
    now: platform.now,
    meta: undefined,
    unsaved: () => undefined,
  })
})

const event = (n: number, letter = 'z'): Event => [
  n,
  formatStamp({ ms: n, counter: 0, replica: replicaOf(letter) }),
  [set('1', 'f', n)],
]
const batch = (seq: number, ...events: Event[]) => ({ term: 't', seq, events })
const shown = (): unknown => open.replica.visible.row('rows/1' as RowKey)?.values['f']

const confirm = (...list: ReturnType<typeof batch>[]): Promise<void> =>
  desk.store.confirm(lead, object, list, [], 0)

describe('[TAB9] a tab keeps true to the disk', () => {
  it('takes what the leader wrote, hint by hint', async () => {
    await open.load(desk)
    await confirm(batch(1, event(1)))
    await open.hear({ type: 'entries', object, batches: [batch(1, event(1))] }, desk.store)
    expect(shown()).toBe(1)
  })

  it('repairs itself when a hint was lost', async () => {
    await open.load(desk)
    await confirm(batch(1, event(1)), batch(2, event(2)), batch(3, event(3)))
    await open.hear({ type: 'entries', object, batches: [batch(3, event(3))] }, desk.store)
    expect([shown(), open.replica.cursor?.seq]).toEqual([3, 3])
  })

  it('loses no hint that comes while it reads', async () => {
    const loading = open.load(desk)
    await confirm(batch(1, event(1)))
    await open.hear({ type: 'entries', object, batches: [batch(1, event(1))] }, desk.store)
    const stamp = event(9, 'b')[1]
    const row = { object, events: [event(9, 'b')], at: 0 }
    const [key] = await desk.store.append([{ object, slot: 1, counter: { n: 9, stamp }, row }])
    await open.rows([{ key: key!, ...row }], desk.store)
    await loading
    expect(shown()).toBe(9)
  })

  it('goes back to the disk when it lost the lead before it had written', async () => {
    await open.load(desk)
    await confirm(batch(1, event(1)))
    open.replica.receive(batch(1, event(1), event(2), event(3)))
    expect(open.replica.cursor?.seq).toBe(3)
    await open.repair(desk.store)
    expect([shown(), open.replica.cursor?.seq]).toEqual([1, 1])
    // What the next leader then hears follows what is on the disk.
    await confirm(batch(2, event(2)))
  })

  it('reads everything anew when the state was replaced', async () => {
    await open.load(desk)
    await confirm(batch(1, event(1)), batch(2, event(2)))
    await open.repair(desk.store)
    const { state } = await desk.store.load(object)
    await desk.store.reset(lead, object, state, { term: 'u', seq: 1 }, [])
    await open.hear({ type: 'reload', object, why: 'reset' }, desk.store)
    expect(open.replica.cursor).toEqual({ term: 'u', seq: 1 })
  })

  /** Another tab writes an edit; gives back its outbox row. */
  async function elsewhere(n: number, letter = 'b'): Promise<StoredRow> {
    const [, stamp] = event(n, letter)
    const row = { object, events: [event(n, letter)], at: 0 }
    const [key] = await desk.store.append([{ object, slot: 1, counter: { n, stamp }, row }])
    return { ...row, key: key! }
  }
  const park = (key: number): Promise<void> => {
    const parked = [{ n: 9, code: 'REFUSED', message: 'no' } as const]
    return desk.store.park(lead, object, [{ key, parked }], 0)
  }

  it('drops what was refused while it heard nothing', async () => {
    await open.load(desk)
    const row = await elsewhere(9)
    await open.rows([row], desk.store)
    expect(shown()).toBe(9)
    await park(row.key)
    await open.repair(desk.store)
    expect([shown(), open.replica.visible.pending.size]).toEqual([undefined, 0])
  })

  it('drops what was refused and discarded while it heard nothing', async () => {
    await open.load(desk)
    const row = await elsewhere(9)
    await open.rows([row], desk.store)
    const [edit] = [...open.replica.visible.pending]
    await park(row.key)
    for (const { key } of await desk.store.rejected()) await desk.store.discard(key)
    await open.hear({ type: 'reload', object, why: 'parked' }, desk.store)
    expect([shown(), open.replica.visible.pending.size]).toEqual([undefined, 0])
    await expect(edit!.server).rejects.toMatchObject({ code: 'REFUSED' })
  })

  it('does not show again what was refused, when its hint comes late', async () => {
    await open.load(desk)
    const row = await elsewhere(9)
    await park(row.key)
    await open.hear({ type: 'reload', object, why: 'parked' }, desk.store)
    await open.rows([row], desk.store)
    expect(shown()).toBeUndefined()
  })

  it('hears of a refusal before it hears what was logged after', async () => {
    await open.load(desk)
    const row = await elsewhere(9)
    await open.rows([row], desk.store)
    const edit = [...open.replica.visible.pending][0]!
    await park(row.key)
    const entries = batch(1, event(10, 'b'))
    await confirm(entries)
    // The disk takes its time to tell the reason; the leader goes on.
    const parked = open.hear({ type: 'reload', object, why: 'parked' }, desk.store)
    await Promise.all([
      parked,
      open.hear({ type: 'entries', object, batches: [entries] }, desk.store),
    ])
    await expect(edit.server).rejects.toMatchObject({ code: 'REFUSED' })
    expect(open.replica.cursor?.seq).toBe(1)
  })

  it('keeps an edit that reaches the disk while it reads', async () => {
    await open.load(desk)
    const repairing = open.repair(desk.store)
    await open.rows([await elsewhere(9)], desk.store)
    await repairing
    expect(shown()).toBe(9)
  })

  it('asks the disk when the leader speaks of another term', async () => {
    await open.load(desk)
    await confirm(batch(1, event(1)))
    await open.hear({ type: 'entries', object, batches: [batch(1, event(1))] }, desk.store)
    const state = createObjectState()
    await desk.store.reset(lead, object, state, { term: 'u', seq: 0 }, [])
    const entries = { term: 'u', seq: 1, events: [event(7, 'y')] }
    await confirm(entries)
    await open.hear({ type: 'entries', object, batches: [entries] }, desk.store)
    expect([shown(), open.replica.cursor]).toEqual([7, { term: 'u', seq: 1 }])
    expect(open.replica.visible.confirmed.vv.size).toBe(1)
  })
})
