import { type Event, formatStamp } from '@react-collab/core'
import { beforeEach, describe, expect, it } from 'vitest'
import { createTestLink, type TestLink } from '../testing/test-link.js'
import { createTestReplica, replicaOf, set, type TestReplica } from '../testing/test-replica.js'

let at: TestReplica
let test: TestLink

beforeEach(async () => {
  at = await createTestReplica()
  test = await createTestLink(at)
})

const foreign = (n: number): Event => [
  n,
  formatStamp({ ms: n, counter: 0, replica: replicaOf('z') }),
  [set('z', 'f', n)],
]

/** What the server was told, oldest first. */
const told = (): unknown[] =>
  test.line.sent.map(([event, message]) => {
    const { cursor } = message as { cursor: { term: string; seq: number } }
    return [event, cursor.term, cursor.seq]
  })

describe('[POOL6] a client tells', () => {
  it('at each heartbeat how far it is, whatever has come', async () => {
    await test.join({ head: 1 })
    test.entries(1, foreign(1))
    for (let beat = 0; beat < 3; beat++) await test.link.heads({ term: 't', seq: 1 })
    expect(told()).toEqual(Array(3).fill(['seen', 't', 1]))
  })

  it('also of an object in which nobody has written', async () => {
    await test.join()
    await test.link.heads({ term: 't', seq: 0 })
    expect(told()).toEqual([['seen', 't', 0]])
  })

  it('within a second after entries, once for all that came meanwhile', async () => {
    await test.join()
    for (let n = 1; n <= 5; n++) test.entries(n, foreign(n))
    await at.platform.pass(900)
    expect(told()).toEqual([])
    test.entries(6, foreign(6))
    await at.platform.pass(100)
    expect(told()).toEqual([['seen', 't', 6]])
    await at.platform.pass(5_000)
    expect(told()).toHaveLength(1)
    test.entries(7, foreign(7))
    await at.platform.pass(1_000)
    expect(told()).toHaveLength(2)
  })

  it('nothing where the line has gone', async () => {
    await test.join()
    test.entries(1, foreign(1))
    test.link.disconnect()
    await at.platform.pass(5_000)
    expect(told()).toEqual([])
  })
})

describe('[POOL7] a join', () => {
  const asked = (): unknown[] =>
    test.line.asked.map(({ event, message }) => [event, message['pool']])

  it('asks for the clients where some tab wants them', async () => {
    test.wantsPool = true
    test.link.connect()
    await test.settle()
    expect(asked()).toEqual([['join', true]])
  })

  it('is made again when a tab begins to want them, and only then', async () => {
    await test.join()
    test.link.askPool()
    test.wantsPool = true
    test.link.askPool()
    await test.settle()
    expect(test.line.asked.at(-1)?.message['pool']).toBe(true)
    await test.join()
    const before = asked().length
    test.link.askPool()
    await test.settle()
    expect(asked()).toHaveLength(before)
  })
})
