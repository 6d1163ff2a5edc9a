import { createObjectState, type Event, type ObjectId, type Stamp } from '@react-collab/core'
import { describe, expect, it } from 'vitest'
import { createLocalStore } from './local-store.js'
import { createMemoryDisk } from './memory-disk.js'
import { createTables } from './tables.js'

const o = 'obj1' as ObjectId
const ev = (n: number, f = 'a'): Event => [
  n,
  ('00000000' + String(n).padStart(4, '0') + 'aaaaaaaa') as Stamp,
  [['=', ('c/' + f) as never, 'x', n]],
]
describe('smoke', () => {
  it('works', async () => {
    const tables = createTables()
    const s = createLocalStore(createMemoryDisk({ tables }))
    const lead = await s.lead()
    const keys = await s.append([
      { object: o, slot: 0, counter: { n: 1 }, row: { object: o, events: [ev(1)], at: 1 } },
    ])
    expect(keys).toEqual([1])
    await s.confirm(lead, o, [{ term: 't', seq: 1, events: [ev(1), ev(2, 'b')] }], [1], 5)
    const l = await s.load(o)
    expect(l.state.rows.size).toBe(2)
    await s.checkpoint(lead, o, l.state, l.cursor!, 6)
    expect((await s.load(o)).state).toEqual(l.state)
    expect(await s.sent(o)).toHaveLength(1)
    expect(await s.journal(o, undefined)).toBeUndefined()
    expect(await s.journal(o, l.cursor)).toEqual([])
    const t0 = performance.now()
    for (let k = 0; k < 10000; k++)
      void s.append([
        { object: o, slot: 0, counter: { n: 1 }, row: { object: o, events: [ev(k)], at: 1 } },
      ])
    await s.pending(o)
    console.log(performance.now() - t0)
    const t1 = performance.now()
    await s.append(
      Array.from({ length: 10000 }, (_, k) => ({
        object: o,
        slot: 0,
        counter: { n: 1 },
        row: { object: o, events: [ev(k)], at: 1 },
      })),
    )
    console.log(performance.now() - t1)
  })
})
