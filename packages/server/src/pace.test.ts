import { describe, expect, it } from 'vitest'
import { makeEvent, startServer } from './loopback.contract.js'
import { createPace } from './pace.js'

describe('[ROOM6] pages ahead', () => {
  it('are two at first, and more after each that was seen quickly, up to 16', () => {
    let now = 0
    const pace = createPace(() => now)
    let sent = 0
    const fill = (): number => {
      for (; !pace.isFull; sent++) pace.sent(sent)
      return sent
    }
    expect(fill()).toBe(2)
    pace.seen(0)
    expect(fill()).toBe(4)
    for (let i = 0; i < 30; i++) pace.seen(fill() - 1)
    expect(fill() - (sent - 16)).toBe(16)
    now += 251
    pace.seen(sent - 1)
    const before = sent
    expect(fill() - before).toBe(2)
  })

  it('count as seen by what is seen after them', () => {
    const pace = createPace(() => 0)
    pace.sent(10)
    pace.sent(20)
    pace.seen(9)
    expect(pace.isFull).toBe(true)
    pace.seen(25)
    expect(pace.isFull).toBe(false)
  })

  it('are all that a peer gets that tells nothing; then as many more as it has told of', async () => {
    const { connect } = await startServer({ limits: { pageEvents: 10 } })
    const [writer, reader, other] = [connect(), connect(), connect()]
    await writer.join()
    await writer.write(100)
    const { term } = await reader.join('o', { paced: true })
    await other.join()
    await other.until(100)
    await reader.until(20)
    await writer.write(1)
    await other.until(101)
    expect(reader.seen()).toBe(20)
    expect(reader.entries.every(({ more }) => more)).toBe(true)
    await reader.ask('seen', { object: 'o', cursor: { term, seq: 20 } })
    for (let seq = 30; seq < 110; seq += 10) {
      await reader.until(Math.min(101, seq))
      await reader.ask('seen', { object: 'o', cursor: { term, seq } })
    }
    await writer.write(1)
    await reader.until(102)
    expect(reader.entries.at(-1)?.more).toBeUndefined()
  })

  it('hold no more than the limit of bytes, also of entries that were pushed together', async () => {
    const { connect } = await startServer({ limits: { pageBytes: 10_000 } })
    const [writer, reader] = [connect(), connect()]
    await writer.join()
    const events = Array.from({ length: 40 }, (_, i) =>
      makeEvent(writer.replica, i + 1, 'x'.repeat(1000)),
    )
    expect(await writer.codeOf('push', writer.pushOf(events))).toBe('ok')
    await reader.join()
    await reader.until(40)
    for (const page of reader.entries) expect(JSON.stringify(page).length).toBeLessThan(12_000)
  })
})
