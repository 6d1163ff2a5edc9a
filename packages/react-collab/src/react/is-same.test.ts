import { expect, it } from 'vitest'
import { isSame } from './is-same.js'

it.each([
  [1, 1],
  [Number.NaN, Number.NaN],
  [
    [1, [2]],
    [1, [2]],
  ],
  [{ a: { b: 1 } }, { a: { b: 1 } }],
  [
    { a: 1, b: 2 },
    { b: 2, a: 1 },
  ],
])('[HOOK3] holds %j and %j for the same', (a, b) => expect(isSame(a, b)).toBe(true))

it.each([
  [1, '1'],
  [0, -0],
  [null, {}],
  [[], {}],
  [[1], [1, 2]],
  [{ a: undefined }, {}],
  [{ a: undefined }, { b: undefined }],
  [{ a: 1 }, { a: 2 }],
  [new Date(0), new Date(0)],
  [new Map(), new Map()],
  [new Uint8Array(1), new Uint8Array(1)],
])('[HOOK3] does not look into anything but JSON: %j, %j', (a, b) =>
  expect(isSame(a, b)).toBe(false),
)
