import { type Joined, type ObjectId, PROTOCOL_VERSION } from '@react-collab/core'
import { afterEach, describe, expect, it } from 'vitest'
import { createHost, type Host } from './host.js'
import { makeEvents } from './log/event-log.contract.js'
import { createMemoryEventLog } from './log/memory-event-log.js'
import { allowAll, type Authorize } from './options.js'
import { nodePlatform } from './platform.js'
import { createMemoryHub, type TestPeer } from './testing/index.js'

const o = 'object-1' as ObjectId
const errors: string[] = []
const hosts: Host[] = []
afterEach(async () => {
  for (const host of hosts.splice(0)) await host.close()
  errors.length = 0
})

function start(authorize: Authorize = allowAll) {
  const report = (error: unknown): void => void errors.push(String(error))
  const platform = { ...nodePlatform(report), now: () => 1_700_000_000_000 }
  const log = createMemoryEventLog(platform)
  const hub = createMemoryHub()
  const host = createHost({ log, platform, hub, options: { authorize } })
  hosts.push(host)
  const connect = (client: string): TestPeer =>
    hub.connect(host, { protocol: PROTOCOL_VERSION, secret: 's', client })
  return { log, host, connect }
}

async function join(peer: TestPeer, more: object = {}): Promise<Joined> {
  const [failure, joined] = await peer.ask('join', {
    object: o,
    replicas: {},
    states: true,
    ...more,
  })
  if (failure !== null) throw new Error(failure.code)
  return joined as Joined
}

async function push(peer: TestPeer, { term }: Joined, from: number, last = from - 1) {
  const events = makeEvents('a', from, 3)
  const message = { object: o, term, round: 0, prev: { a0000000: last }, events }
  return (await peer.ask('push', message))[0]?.code ?? 'ok'
}

const remove = async (peer: TestPeer) => (await peer.ask('remove', { object: o }))[0]?.code ?? 'ok'
const removedOf = ({ received }: TestPeer) =>
  received.flatMap((one) => (one.event === 'removed' ? [one.message] : []))
const pause = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 5))

describe('[REM4] a removal is allowed', () => {
  it('by the text `remove` alone, which nobody says by mistake', async () => {
    const { connect, log } = start(() => true)
    const a = connect('a')
    await push(a, await join(a), 1)
    expect(await remove(a)).toBe('FORBIDDEN')
    expect((await log.head(o)).seq).toBe(3)
    expect(errors.join()).toContain(
      "authorize returned true, and only 'remove' allows that: denied",
    )
  })

  it('to whom authorize says so, joined or not', async () => {
    const asked: string[] = []
    const { connect, log } = start(({ action, client }) => {
      asked.push(`${client} ${action}`)
      return action === 'remove' ? client === 'owner' && 'remove' : true
    })
    const [a, owner] = [connect('a'), connect('owner')]
    await push(a, await join(a), 1)
    expect([await remove(a), await remove(owner)]).toEqual(['FORBIDDEN', 'ok'])
    expect((await log.head(o)).seq).toBe(0)
    expect(asked).toEqual(['a read', 'a write', 'a remove', 'owner remove'])
    expect(errors).toEqual([])
  })

  it('to nobody while authorize fails', async () => {
    const { connect, log } = start(({ action }) => {
      if (action === 'remove') throw new Error('no database')
      return true
    })
    const a = connect('a')
    await push(a, await join(a), 1)
    expect(await remove(a)).toBe('POLICY_FAILED')
    expect((await log.head(o)).seq).toBe(3)
  })
})

describe('[REM5] those who have joined', () => {
  it('are told, each once, and have left: joining again tells what is there now', async () => {
    const { connect, host } = start()
    const peers = [connect('a'), connect('b'), connect('c')]
    const [a, b] = peers as [TestPeer, TestPeer, TestPeer]
    const views = await Promise.all(peers.map((peer) => join(peer)))
    await push(a, views[0]!, 1)
    const elsewhere = connect('d')
    await elsewhere.ask('join', { object: 'object-2', replicas: {} })
    expect(await remove(b)).toBe('ok')
    expect(peers.map(removedOf)).toEqual([[{ object: o }], [{ object: o }], [{ object: o }]])
    expect(removedOf(elsewhere)).toEqual([])
    expect(host.counts.objects).toBe(1)
    expect(await push(a, views[0]!, 4)).toBe('NOT_JOINED')
    const again = await join(a, { cursor: { term: views[0]!.term, seq: 3 } })
    expect(again).toMatchObject({ reset: true, removed: true, head: 0 })
    expect(again.term).not.toBe(views[0]!.term)
    expect(await push(a, again, 4, 0)).toBe('ok')
    await join(b)
    await pause()
    expect(b.entries().at(-1)).toMatchObject({ seq: 1, term: again.term })
  })

  it('are told also while they are behind', async () => {
    const { connect } = start()
    const [a, slow] = [connect('a'), connect('slow')]
    const view = await join(a)
    for (let n = 1; n < 60; n += 3) await push(a, view, n)
    slow.unsent = 1e9
    await join(slow, { paced: true })
    expect(await remove(a)).toBe('ok')
    slow.unsent = 0
    await pause()
    expect([removedOf(slow).length, slow.entries().length]).toEqual([1, 0])
  })

  it('are forgotten: the pool of the next life has who joins it', async () => {
    const { connect, host } = start()
    const [a, b] = [connect('a'), connect('b')]
    const view = await join(a)
    await join(b)
    await push(a, view, 1)
    await a.ask('seen', { object: o, cursor: { term: view.term, seq: 3 } })
    await b.ask('seen', { object: o, cursor: { term: view.term, seq: 3 } })
    expect(await host.acknowledged(o)).toBe(3)
    await host.remove(o)
    expect(await host.acknowledged(o)).toBeUndefined()
    await join(a)
    expect(await host.acknowledged(o)).toBe(0)
  })
})
