import { expect, it, vi } from 'vitest'
import { runPresence } from './presence.js'

vi.setConfig({ testTimeout: 120_000 })

it('[PRE10] after loss, mixing, freezing and death everybody sees exactly who is there', async () => {
  for (let seed = 1; seed <= 60; seed++) {
    expect({ seed, complaints: await runPresence(seed) }).toEqual({ seed, complaints: [] })
  }
})
