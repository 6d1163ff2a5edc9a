import { defineSchema, local, object as objectOf } from '@react-collab/core'
import { expect, it } from 'vitest'
import { SharedObject } from '../shared-object.js'
import { createTestReplica, eventOf } from '../testing/test-replica.js'
import { dictionaryOf } from './dictionary.js'
import { setOf } from './row-set.js'

async function createObject(letter: string): Promise<SharedObject> {
  const { replica } = await createTestReplica({}, letter)
  return new SharedObject(replica, {
    newId: () => 'new',
    load: () => Promise.resolve(),
    used: () => undefined,
    presence: undefined as never,
  })
}

/** Brings to one what the other wrote. */
function send(from: SharedObject, to: SharedObject): void {
  const events = [...from.replica.visible.pending].map(eventOf)
  const seq = (to.replica.cursor?.seq ?? 0) + 1
  to.replica.receive({ term: 't', seq, events })
}

it('[LIST13] a set has each text once, whoever adds it; the later of adding and deleting counts', async () => {
  const [ann, ben] = [await createObject('a'), await createObject('b')]
  const [one, other] = [setOf(ann, 'tags'), setOf(ben, 'tags')]
  let told = 0
  one.subscribe(() => (told += 1))
  one.add('red')
  one.add('a/b é')
  other.add('red')
  other.add('blue')
  other.delete('blue')
  send(ben, ann)
  send(ann, ben)
  expect(one.values).toEqual(['a/b é', 'red'])
  expect(other.values).toEqual(one.values)
  expect([one.has('red'), one.has('blue')]).toEqual([true, false])
  one.delete('red')
  expect(one.values).toEqual(['a/b é'])
  one.add('red')
  expect(one.has('red')).toBe(true)
  expect(told).toBeGreaterThan(4)
})

it('[LIST13] a dictionary merges key by key, and a removed key can be set again', async () => {
  const [ann, ben] = [await createObject('a'), await createObject('b')]
  const [one, other] = [dictionaryOf<number>(ann, 'n'), dictionaryOf<number>(ben, 'n')]
  one.set('x', 1)
  one.set('y', 2)
  other.set('z', 3)
  other.set('x', 4)
  send(ben, ann)
  send(ann, ben)
  expect(one.entries).toEqual(other.entries)
  expect(one.entries.map(([key]) => key)).toEqual(['x', 'y', 'z'])
  one.delete('y')
  expect([one.get('y'), one.get('nothing')]).toEqual([undefined, undefined])
  expect(one.entries).toHaveLength(2)
  const edits = ann.replica.visible.pending.size
  one.set('z', 3)
  expect(ann.replica.visible.pending.size).toBe(edits)
  one.set('y', 2)
  expect(one.get('y')).toBe(2)
  // A row that is there without a value is no key of it.
  ann.add('n', { id: 'row' })
  expect(one.entries.map(([key]) => key)).toEqual(['x', 'y', 'z'])
  expect(() => one.set('x', Number.NaN)).toThrow(expect.objectContaining({ code: 'BAD_VALUE' }))
})

it('[LIST13] neither leaves the device when its collection is local', async () => {
  const object = await createObject('a')
  object.describe(defineSchema({ o: objectOf({ mine: local({}) }) }).objects.o)
  dictionaryOf<number>(object, 'mine').set('x', 1)
  setOf(object, 'mine').add('y')
  expect(object.replica.visible.pending.size).toBe(0)
  expect(dictionaryOf<number>(object, 'mine').get('x')).toBe(1)
  expect(setOf(object, 'mine').has('y')).toBe(true)
})
