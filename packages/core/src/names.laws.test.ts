import fc from 'fast-check'
import { expect, test } from 'vitest'
import { CollabError } from './errors.js'
import {
  checkField,
  checkRowKey,
  collectionPrefix,
  objectId,
  parseRowKey,
  prefixOf,
  rowKey,
} from './names.js'
import { fields, names, objectIds, rowKeys } from './testing/index.js'

const owners = fc.option(names, { nil: undefined })

test('[NAM2, NAM3] a key gives its names back, and is accepted', () => {
  fc.assert(
    fc.property(names, names, owners, (collection, id, owner) => {
      const key = rowKey(collection, id, owner)
      expect(parseRowKey(key)).toEqual({
        collection,
        id,
        ...(owner === undefined ? {} : { owner }),
      })
      expect(checkRowKey(key)).toBe(key)
    }),
    { numRuns: 1000 },
  )
})

test('[NAM3] what is accepted is written as rowKey writes it', () => {
  const pieces = fc.constantFrom('a', 'b', '/', '~', '%', '%7E', '%2F', '%41', '.', 'é', ' ')
  fc.assert(
    fc.property(fc.array(pieces, { maxLength: 8 }), (parts) => {
      const text = parts.join('')
      let key
      try {
        key = checkRowKey(text)
      } catch (error) {
        expect(error).toBeInstanceOf(CollabError)
        return
      }
      const { collection, id, owner } = parseRowKey(key)
      if (text !== '') expect(rowKey(collection, id, owner)).toBe(text)
    }),
    { numRuns: 2000 },
  )
})

test('[NAM7] a prefix tells the rows of one collection from all others', () => {
  fc.assert(
    fc.property(names, rowKeys, (collection, key) => {
      const same = parseRowKey(key).collection === collection
      expect(key.startsWith(collectionPrefix(collection))).toBe(same)
      expect(prefixOf(key) === collectionPrefix(collection)).toBe(same)
    }),
    { numRuns: 1000 },
  )
})

test('[NAM1, NAM4] names that may be are accepted as they are', () => {
  fc.assert(
    fc.property(objectIds, fields, (id, field) => {
      expect(objectId(id)).toBe(id)
      expect(checkField(field)).toBe(field)
    }),
  )
})

test('[NAM1, NAM4] whatever comes as a name is accepted or refused by code', () => {
  fc.assert(
    fc.property(fc.anything(), (value) => {
      for (const check of [objectId, checkRowKey, checkField]) {
        try {
          expect(check(value)).toBe(value)
        } catch (error) {
          expect(error).toBeInstanceOf(CollabError)
        }
      }
    }),
    { numRuns: 1000 },
  )
})
