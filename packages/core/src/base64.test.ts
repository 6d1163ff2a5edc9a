import fc from 'fast-check'
import { expect, test } from 'vitest'
import { base64FromBytes, bytesFromBase64 } from './base64.js'

test.each([
  [[], ''],
  [[0], 'AA'],
  [[255], '_w'],
  [[251, 255], '-_8'],
  [[0, 16, 131], 'ABCD'],
  [[102, 111, 111, 98], 'Zm9vYg'],
  [[102, 111, 111, 98, 97, 114], 'Zm9vYmFy'],
])('[VAL6] bytes %j are %j', (bytes, text) => {
  expect(base64FromBytes(Uint8Array.from(bytes))).toBe(text)
  expect(bytesFromBase64(text)).toEqual(Uint8Array.from(bytes))
})

test.each(['A', 'AAAAA', 'AA==', 'A+', 'A/', 'A A', 'é', 'AA\n'])('[VAL6] %j is none', (text) => {
  expect(bytesFromBase64(text)).toBeUndefined()
})

test('[VAL6] it is what Node writes, and reads back', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 100 }), (bytes) => {
      const text = base64FromBytes(bytes)
      expect(text).toBe(Buffer.from(bytes).toString('base64url'))
      expect(bytesFromBase64(text)).toEqual(bytes)
    }),
  )
})
