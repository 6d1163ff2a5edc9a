import {
  applyEvent,
  createObjectState,
  type Event,
  formatStamp,
  type Patch,
  type RowKey,
} from '@react-collab/core'
import { beforeEach, describe, expect, it } from 'vitest'
import { createTestLink, type TestLink } from './testing/test-link.js'
import {
  createTestReplica,
  eventOf,
  object,
  replicaOf,
  set,
  type TestReplica,
} from './testing/test-replica.js'

let at: TestReplica
let to: TestLink

beforeEach(async () => {
  at = await createTestReplica()
  to = await createTestLink(at)
})

const z = replicaOf('z')
const later = 10_000_000

/** What somebody else writes, `ms` after the clock of this device began. */
const foreign = (n: number, ms: number, ...patches: Patch[]): Event => [
  n,
  formatStamp({ ms: at.platform.time + ms, counter: 0, replica: z }),
  patches,
]

const listed = async (): Promise<unknown[]> => {
  await to.settle()
  return (await at.store.overwritten(object)).map(({ row, field, value, wasAway }) => [
    row,
    field,
    value,
    wasAway ? 'away' : 'live',
  ])
}

describe('[OVR1] a value that somebody else replaces is kept', () => {
  it('that came while there was no line, and while there was one', async () => {
    await to.join({ head: 1 })
    to.entries(1, foreign(1, 1, set('1', 'f', 'old')))
    to.link.disconnect()
    await to.join({ head: 2 })
    to.entries(2, foreign(2, 2, set('1', 'f', 'newer')))
    expect(await listed()).toEqual([['rows/1', 'f', 'old', 'away']])
    to.entries(3, foreign(3, 3, set('1', 'f', 'newest'), set('2', 'f', 'first')))
    expect(await listed()).toEqual([
      ['rows/1', 'f', 'newer', 'live'],
      ['rows/1', 'f', 'old', 'away'],
    ])
  })

  it('also where it is removed, of rows and of the own fields; not what is equal', async () => {
    await to.join({ head: 2 })
    const root = '' as RowKey
    to.entries(1, foreign(1, 1, set('1', 'f', 'old'), ['=', root, 'title', 'T'], set('2', 'f', 2)))
    to.entries(2, foreign(2, 2, ['x', 'rows/1' as RowKey, 'f'], ['=', root, 'title', 'U']))
    to.entries(3, foreign(3, 3, set('2', 'f', 2)))
    expect(await listed()).toEqual([
      ['', 'title', 'T', 'live'],
      ['rows/1', 'f', 'old', 'live'],
    ])
  })

  it('not what an owner writes into a row of his', async () => {
    const file = 'files/zed~1' as RowKey
    await to.join({ head: 2 })
    to.entries(1, foreign(1, 1, ['=', file, 'name', 'a'], set('1', 'f', 'a')))
    to.entries(2, foreign(2, 2, ['=', file, 'name', 'b'], set('1', 'f', 'b')))
    expect(await listed()).toEqual([['rows/1', 'f', 'a', 'live']])
  })

  it('an own edit that came too late', async () => {
    await at.write(set('1', 'f', 'mine'))
    const mine = eventOf([...at.replica.visible.pending][0]!)
    await to.join({ head: 1 })
    to.entries(1, foreign(1, later, set('1', 'f', 'theirs')))
    expect(await listed()).toEqual([])
    to.entries(2, mine)
    expect(await listed()).toEqual([['rows/1', 'f', 'mine', 'away']])
  })

  it('an own edit that was first, and not what an own edit lies over or replaces', async () => {
    await to.join()
    const mine = eventOf(await at.write(set('1', 'f', 'mine')))
    to.entries(1, mine)
    await at.write(set('2', 'f', 'later'))
    to.entries(2, foreign(1, -900, set('2', 'f', 'a')), foreign(2, -800, set('2', 'f', 'b')))
    const [second] = [...at.replica.visible.pending].map(eventOf)
    to.entries(4, second!)
    expect(await listed()).toEqual([])
    to.entries(5, foreign(3, later, set('1', 'f', 'theirs')))
    expect(await listed()).toEqual([['rows/1', 'f', 'mine', 'live']])
  })

  it('nothing that another tab of this device wrote', async () => {
    await to.join()
    await at.store.replica(1, () => replicaOf('b'))
    to.link.disconnect()
    await to.join()
    to.entries(1, foreign(1, 1, set('1', 'f', 'old')))
    const stamp = formatStamp({ ms: at.platform.time + later, counter: 0, replica: replicaOf('b') })
    to.entries(2, [1, stamp, [set('1', 'f', 'own')]])
    expect(await listed()).toEqual([])
  })

  it('by rows, too: what they replace, and what of the own edits that they hold was too late', async () => {
    await to.join({ head: 1 })
    to.entries(1, foreign(1, 1, set('1', 'f', 'old'), set('2', 'f', 'same')))
    await to.settle()
    to.link.disconnect()
    const mine = eventOf(await at.write(set('1', 'f', 'mine')))
    const state = createObjectState()
    for (const event of [
      foreign(1, 1, set('1', 'f', 'old'), set('2', 'f', 'same')),
      mine,
      foreign(2, later, set('1', 'f', 'theirs')),
    ])
      applyEvent(state, JSON.parse(JSON.stringify(event)) as Event)
    await to.join({ head: 3, state: 1, vv: { [replicaOf('a')]: 1 } })
    const vv = { [z]: 2, [replicaOf('a')]: 1 }
    to.page(1, [...state.rows].slice(0, 1), { end: { seq: 3, vv } })
    expect(await listed()).toEqual([
      ['rows/1', 'f', 'mine', 'away'],
      ['rows/1', 'f', 'old', 'away'],
    ])
  })
})

describe('[OVR5] what was replaced before this device had the object', () => {
  it('it was not away for, in however many parts that comes', async () => {
    const values = ['a', 'b', 'c', 'd'].map((value, i) => foreign(i + 1, i, set('1', 'f', value)))
    await to.join({ head: 4 })
    to.entries(1, values[0]!, values[1]!)
    to.link.disconnect()
    await to.join({ head: 4 })
    to.entries(3, values[2]!)
    to.entries(4, values[3]!)
    expect(await listed()).toEqual([
      ['rows/1', 'f', 'c', 'live'],
      ['rows/1', 'f', 'b', 'live'],
      ['rows/1', 'f', 'a', 'live'],
    ])
    to.link.disconnect()
    await to.join({ head: 6 })
    to.entries(5, foreign(5, 5, set('1', 'f', 'e')), foreign(6, 6, set('1', 'f', 'g')))
    expect((await listed()).slice(0, 2)).toEqual([
      ['rows/1', 'f', 'e', 'away'],
      ['rows/1', 'f', 'd', 'away'],
    ])
  })

  it('it was away for where it has written it, or sees it go after a reset of the log', async () => {
    await to.join()
    const mine = eventOf(await at.write(set('1', 'f', 'mine')))
    to.link.disconnect()
    await to.join({ head: 2 })
    to.entries(1, mine, foreign(1, later, set('1', 'f', 'theirs')))
    expect(await listed()).toEqual([['rows/1', 'f', 'mine', 'away']])
    to.link.disconnect()
    await to.join({ head: 1, reset: true })
    await to.joined({ head: 1, term: 'u', reset: true })
    to.link.receive({ term: 'u', seq: 1, events: [foreign(2, 2 * later, set('1', 'f', 'new'))] })
    expect((await listed())[0]).toEqual(['rows/1', 'f', 'theirs', 'away'])
  })
})

describe('[OVR2] of what was overwritten is kept', () => {
  it('no more than 8 values of a field, the newest, and for 30 days', async () => {
    await to.join()
    for (let n = 1; n <= 12; n++) {
      to.entries(n, foreign(n, n, set('1', 'f', n)))
      await to.settle()
    }
    expect(await listed()).toHaveLength(8)
    expect((await listed())[0]).toEqual(['rows/1', 'f', 11, 'live'])
    const cursor = { term: 't', seq: 12 }
    const lead = await at.store.lead()
    const { confirmed } = at.replica.visible
    await at.store.confirm(lead, object, [], [], at.platform.time)
    await at.store.checkpoint(lead, object, confirmed, cursor, at.platform.time)
    expect(await listed()).toHaveLength(8)
  })

  it('nothing that was dismissed', async () => {
    await to.join()
    to.entries(1, foreign(1, 1, set('1', 'f', 1), set('2', 'f', 1)))
    to.entries(2, foreign(2, 2, set('1', 'f', 2), set('2', 'f', 2)))
    await to.settle()
    const [first] = await at.store.overwritten(object)
    await at.store.dismissOverwritten(object, first!.id)
    await at.store.dismissOverwritten(object, '1.2.3')
    expect(await listed()).toEqual([['rows/1', 'f', 1, 'live']])
    const [second] = await at.store.overwritten(object)
    await at.store.dismissOverwritten(object, second!.id)
    expect(await listed()).toEqual([])
  })
})
