import {
  defineSchema,
  type Event,
  list,
  object as objectOf,
  owned,
  ownedKey,
  ref,
  rowKey,
  shared,
  type RowKey,
  value,
} from '@react-collab/core'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { listOf } from './list/list-of.js'
import { SharedObject } from './shared-object.js'
import { createTestReplica, eventOf } from './testing/test-replica.js'

const spec = defineSchema({
  library: objectOf({
    tags: shared({ name: value<string>(), above: ref('tags') }),
    files: owned({ tag: ref('tags'), copyOf: ref('files') }, { by: 'client' }),
    todos: list({ tag: ref('tags'), file: ref('files') }),
  }),
}).objects.library

async function createObject(letter: string): Promise<SharedObject> {
  const { replica } = await createTestReplica({}, letter)
  replica.ownership.take({ client: letter, principal: letter }, undefined)
  const shown = new SharedObject(replica, {
    newId: () => 'new',
    load: () => Promise.resolve(),
    used: () => undefined,
    presence: undefined as never,
  })
  shown.describe(spec)
  return shown
}

const row = fc.record({
  kind: fc.constantFrom('tags', 'files', 'todos'),
  id: fc.integer({ min: 0, max: 5 }),
  to: fc.integer({ min: 0, max: 5 }),
  other: fc.integer({ min: 0, max: 5 }),
  isDeleted: fc.boolean(),
})

/** Makes rows that refer to each other; events as one writer made them, one row each. */
async function written(rows: readonly (typeof row extends fc.Arbitrary<infer T> ? T : never)[]) {
  const author = await createObject('a')
  for (const { kind, id, to, other, isDeleted } of rows) {
    if (kind === 'tags') {
      author.update('tags', `${id}`, { name: `tag ${id}`, above: `${to}` })
      if (isDeleted) author.remove('tags', `${id}`)
    } else if (kind === 'files')
      author.update('files', `a~${id}`, { tag: `${to}`, copyOf: `a~${other}` })
    else listOf(author, 'todos').add({ tag: `${to}`, file: `a~${other}` })
  }
  return { author, events: [...author.replica.visible.pending].map(eventOf) }
}

/** All that a row leads to. */
function isOrphan({ replica }: SharedObject, key: RowKey, seen = new Set<RowKey>()): boolean {
  const found = replica.visible.row(key)
  if (found === undefined) return true
  if (seen.has(key) || found.values['$del'] === true) return false
  seen.add(key)
  const { tag, above, file, copyOf } = found.values as Record<string, string | undefined>
  const targets = [tag ?? above, file ?? copyOf]
  const keys = targets.map((name) =>
    name === undefined
      ? undefined
      : name.includes('~')
        ? ownedKey('files', name)
        : rowKey('tags', name),
  )
  return keys.some((one) => one !== undefined && isOrphan({ replica } as SharedObject, one, seen))
}

it('[REF2, SEM415] no orphan is shown at any moment, in whatever order and parts rows come', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(row, { minLength: 1, maxLength: 16 }),
      fc.infiniteStream(fc.nat()),
      fc.boolean(),
      async (rows, dice, isHeard) => {
        const { events } = await written(rows)
        const reader = await createObject('b')
        const sorted = ['tags', 'files'].map((name) => [name, reader.sorted(name)] as const)
        const todos = listOf(reader, 'todos')
        let told = 0
        if (isHeard) for (const [, all] of sorted) all.subscribe(() => (told += 1))
        // Other writers' rows come in any order: each event is made another writer's here.
        const waiting = events.map(
          ([, stamp, patches], i): Event => [
            1,
            (stamp.slice(0, 12) + `w${i}`.padEnd(8, '0')) as typeof stamp,
            patches,
          ],
        )
        let seq = 1
        while (waiting.length > 0) {
          const at = dice.next().value ?? 0
          const count = 1 + ((dice.next().value ?? 0) % 3)
          const batch = waiting.splice(at % waiting.length, count)
          reader.replica.receive({ term: 't', seq, events: batch })
          seq += batch.length
          for (const [name, all] of sorted) {
            const keys = all.read().map(({ id }) => reader.key(name, id as string))
            const should = [...reader.replica.visible.keys(`${name}/`)].filter(
              (key) =>
                reader.replica.visible.row(key)?.values['$del'] !== true && !isOrphan(reader, key),
            )
            expect(new Set(keys)).toEqual(new Set(should))
          }
          for (const { id } of todos.items)
            expect(isOrphan(reader, rowKey('todos', id as string))).toBe(false)
        }
        expect(isHeard && sorted.some(([, all]) => all.read().length > 0) ? told > 0 : true).toBe(
          true,
        )
      },
    ),
    { numRuns: 200 },
  )
})

it('[REF2] rows that refer to each other in a circle are shown', async () => {
  const one = await createObject('a')
  one.update('tags', 'x', { above: 'y' })
  expect(one.sorted('tags').read()).toEqual([])
  one.update('tags', 'y', { above: 'x' })
  expect(one.sorted('tags').read()).toHaveLength(2)
})

it('[REF1] a row waits for what it refers to, and deleted is there', async () => {
  const one = await createObject('a')
  const heard: number[] = []
  const files = one.sorted('files')
  files.subscribe(() => heard.push(files.read().length))
  const { id } = one.add('files', { id: '1', tag: 'red' })
  expect([one.row('files', id), files.read()]).toEqual([undefined, []])
  one.update('tags', 'red', { name: 'Red' })
  expect(files.read()).toMatchObject([{ id, tag: 'red' }])
  one.remove('tags', 'red')
  expect(one.row('files', id)).toBeDefined()
  one.update('files', id, { tag: 'blue' })
  expect(one.row('files', id)).toBeUndefined()
  one.update('files', id, (draft) => {
    delete draft['tag']
  })
  expect(one.row('files', id)).toBeDefined()
  // What names no row refers to nothing.
  one.update('files', id, { tag: null, copyOf: 'no owner' })
  expect(one.row('files', id)).toBeDefined()
  expect(heard.length).toBeGreaterThan(3)
})

it('[REF4] rows that wait can be listed', async () => {
  const one = await createObject('a')
  const { id } = one.add('files', { id: '1', tag: 'red' })
  one.add('files', { id: '2' })
  one.remove('files', one.add('files', { id: '3', tag: 'red' }).id)
  expect(one.waiting('files')).toEqual([expect.objectContaining({ id, tag: 'red', mine: true })])
  one.update('tags', 'red', { name: 'Red' })
  expect([one.waiting('files'), one.waiting('tags')]).toEqual([[], []])
})

it('[REF1] what is taken back takes along who showed because of it', async () => {
  const one = await createObject('a')
  one.update('tags', 'red', { name: 'Red' })
  const [tag] = one.replica.visible.pending
  one.add('files', { id: '1', tag: 'red' })
  const files = one.sorted('files')
  files.subscribe(() => undefined)
  expect(files.read()).toHaveLength(1)
  one.replica.refuse([tag!])
  expect(files.read()).toEqual([])
})
