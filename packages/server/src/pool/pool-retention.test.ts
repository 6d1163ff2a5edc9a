import { describe, expect, it } from 'vitest'
import { BEAT, DAY, live, o, push, start, type Stage, tell } from './pool-stage.contract.js'

/** Entries that the log still has. */
const lengthOf = ({ log }: Stage): number =>
  (log.snapshot().get(o)?.runs ?? []).reduce((sum, { count }) => sum + count, 0)

const HOUR = 3_600_000

describe('[POOL4] what the log keeps', () => {
  it('[SEM406] is nothing any more when all clients have it, and never what the slowest has not', async () => {
    const stage = start()
    const [a, b, c] = [await stage.join('a'), await stage.join('b'), await stage.join('c')]
    for (let n = 1; n <= 20; n++) await push(stage, a, 'ra', n)
    void tell(a, 20)
    void tell(b, 20)
    void tell(c, 12)
    await live(stage.time, 2 * HOUR, [], 0)
    expect(lengthOf(stage)).toBe(8)
    const page = await stage.log.read(o, 12, { events: 100, bytes: 1e6 })
    expect(page).toMatchObject({ seq: 13, events: { length: 8 } })
    void tell(c, 20)
    await live(stage.time, 2 * HOUR, [], 0)
    expect(lengthOf(stage)).toBe(0)
  })

  it('[SEM405] is held back by a client that is away for seven days, and no longer; then it is given rows', async () => {
    const stage = start()
    const [a, b] = [await stage.join('a'), await stage.join('b')]
    await push(stage, a, 'ra', 1)
    void tell(a, 1)
    void tell(b, 1)
    b.disconnect()
    for (let n = 2; n <= 9; n++) await push(stage, a, 'ra', n)
    void tell(a, 9)
    for (let day = 0; day < 6; day++) {
      stage.time.now += DAY
      await live(stage.time, 12 * BEAT, [a], 9)
    }
    await live(stage.time, 2 * HOUR, [a], 9)
    expect(lengthOf(stage)).toBe(8)
    stage.time.now += DAY
    await live(stage.time, 2 * HOUR, [a], 9)
    expect(lengthOf(stage)).toBe(0)
    const { term } = await stage.log.head(o)
    const back = await stage.join('b', { cursor: { term, seq: 1 }, states: true })
    await stage.time.pass(1_000)
    const told = back.received.map(({ event }) => event)
    expect(told).toContain('state')
    expect(told).not.toContain('entries')
  })
})
