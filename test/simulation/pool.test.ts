import { expect, it, vi } from 'vitest'
import { runPool } from './pool.js'

vi.setConfig({ testTimeout: 120_000 })

it('[POOL9] after any faults all have the same clients, and know who is here and how far', async () => {
  for (let seed = 1; seed <= 60; seed++) {
    expect({ seed, complaints: await runPool(seed) }).toEqual({ seed, complaints: [] })
  }
})
