import { expect, it, vi } from 'vitest'
import { watchDerived } from './derived.js'
import { createRealMedia } from './real-media.js'
import { run } from './world.js'

vi.setConfig({ testTimeout: 240_000 })

it('[SIM5] derived rows are those of what each tab shows, after any faults, and begin from the disk', async () => {
  let restored = 0
  for (let seed = 1; seed <= 60; seed++) {
    const watcher = watchDerived()
    const { complaints } = await run({ seed, watcher })
    expect({ seed, complaints }).toEqual({ seed, complaints: [] })
    expect(watcher.compared).toBeGreaterThan(0)
    restored += watcher.restored
  }
  expect(restored).toBeGreaterThan(60)
})

it.each([1, 2, 3])('[SIM5] the same on real disks: seed %i', async (seed) => {
  const { complaints } = await run({ seed, watcher: watchDerived(), media: createRealMedia() })
  expect(complaints).toEqual([])
})
