import { expect, test } from 'vitest'
import { hashText } from '../hash.js'
import { messages } from './messages.js'
import { PROTOCOL_FLOOR, PROTOCOL_VERSION } from './version.js'

/**
 * The hash of all shapes, by protocol version. A shape that changes needs a new version, a new line
 * here and a new folder of golden messages; the lines of old versions stay.
 */
const hashes: Readonly<Record<number, string>> = {
  1: '0ii8k60euuw',
  2: '1yr0ydctc51',
  3: '0375ce9jnmg',
  4: '1mywrwm9g6w',
  5: '10sid17le5o',
}

const contract = Object.entries(messages)
  .map(([name, shape]) => `${name}:${shape.text}`)
  .join('\n')

test('[WIRE4] the shapes are those of the protocol version', () => {
  expect(hashText(contract), contract).toBe(hashes[PROTOCOL_VERSION])
})

test('[WIRE4] the version is the newest, and the floor is not above it', () => {
  expect(Math.max(...Object.keys(hashes).map(Number))).toBe(PROTOCOL_VERSION)
  expect(PROTOCOL_FLOOR).toBeLessThanOrEqual(PROTOCOL_VERSION)
  expect(PROTOCOL_FLOOR).toBeGreaterThanOrEqual(1)
})
