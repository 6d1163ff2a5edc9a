import { expect, it } from 'vitest'
import { ownedKey, ownerOf, rowKey, rowName } from './names.js'

it('[OWN5] a row that has an owner is called owner~id, as in its key', () => {
  const key = rowKey('my files', 'a~b/c', 'ann é')
  expect(rowName(key)).toBe('ann%20%C3%A9~a%7Eb%2Fc')
  expect(ownedKey('my files', rowName(key))).toBe(key)
  expect(ownerOf(key)).toBe('ann é')
  expect(rowName(rowKey('files', 'a~b'))).toBe('a~b')
  expect(ownerOf(rowKey('files', 'a~b'))).toBeUndefined()
})

it.each(['x', '', '~', 'a~', '~b', 'a~b~c', 'a/b~c', 'a b~c', 1, undefined])(
  '[OWN5] %j calls no such row',
  (name) => {
    expect(() => ownedKey('files', name)).toThrow(expect.objectContaining({ code: 'BAD_ID' }))
  },
)
