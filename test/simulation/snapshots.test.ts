import { applyEvent, createObjectState, type Event, type ObjectId } from '@react-collab/core'
import { expect, it, vi } from 'vitest'
import { createRandom } from './random.js'
import { Snapshots } from './snapshots.js'
import { run } from './world.js'

vi.setConfig({ testTimeout: 120_000 })

it('[SIM6] rows that the log gave at any time, and the entries after them, are all entries', async () => {
  let looked = 0
  for (let seed = 1; seed <= 20; seed++) {
    const result = await run({ seed })
    expect({ seed, complaints: result.complaints }).toEqual({ seed, complaints: [] })
    looked += result.looked
  }
  expect(looked).toBeGreaterThan(20)
})

it('[SIM6] and rows that miss an entry, or hold one twice, are noticed', async () => {
  const object = 'o' as ObjectId
  const events = [1, 2, 3].map(
    (n) => [n, `00000000000${n}aaaaaaaa`, [['+', '', 'visits', n]]] as unknown as Event,
  )
  const stateOf = (count: number) => {
    const state = createObjectState()
    for (const event of events.slice(0, count)) applyEvent(state, event)
    return state
  }
  const wrong = async (seq: number, count: number): Promise<number> => {
    const rows = { seq, state: stateOf(count) }
    const snapshots = new Snapshots(createRandom(1), () => Promise.resolve(rows))
    await snapshots.keep(object)
    return snapshots.check(object, events, [], stateOf(3)).length
  }
  expect(await wrong(2, 2)).toBe(0)
  expect(await wrong(2, 1)).toBe(1)
})
