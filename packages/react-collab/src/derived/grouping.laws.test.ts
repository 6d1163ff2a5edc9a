import { derived, type DerivedRows, type RowKey } from '@react-collab/core'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import type { RowView } from '../sorted-rows.js'
import { Grouping, type StoredGroup } from './grouping.js'

/** Depends on each row, and on their order. */
const spec: DerivedRows = derived('rows', {
  key: (row: { group?: string }) => row.group,
  reduce: (rows, group) =>
    group === 'none' ? undefined : { ids: rows.map(({ id }) => id), group },
})

const keys = ['rows/1', 'rows/2', 'rows/3', 'rows/4'] as RowKey[]
const group = fc.constantFrom('a', 'b', 'none', undefined)
const step = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({
      do: fc.constant('write' as const),
      key: fc.constantFrom(...keys),
      group,
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ do: fc.constant('remove' as const), key: fc.constantFrom(...keys) }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('look' as const) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('restart' as const) }) },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant('replace' as const),
      groups: fc.array(group, { maxLength: 4 }),
    }),
  },
)

const shown = ({ rows }: Grouping): unknown =>
  [...rows].map(([key, { values }]) => [key, values] as const).sort(([a], [b]) => (a < b ? -1 : 1))

it('[DER7] step by step, from disk or from scratch: the same', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 30 }), (steps) => {
      const rows = new Map<RowKey, RowView>()
      const failed = (): never => expect.unreachable()
      const made = (stored?: Iterable<StoredGroup>): Grouping =>
        new Grouping({ collection: 'groups', spec, read: (key) => rows.get(key), failed }, stored)
      let grouping = made()
      let dirty = new Set<RowKey>()
      const write = (key: RowKey, of: string | undefined): void => {
        rows.set(key, { id: key.slice(5), ...(of !== undefined && { group: of }) })
        dirty.add(key)
      }
      for (const one of steps) {
        if (one.do === 'write') write(one.key, one.group)
        if (one.do === 'remove' && rows.delete(one.key)) dirty.add(one.key)
        if (one.do === 'restart')
          grouping = made(JSON.parse(JSON.stringify([...grouping.stored()])) as StoredGroup[])
        if (one.do === 'replace') {
          for (const key of rows.keys()) dirty.add(key)
          rows.clear()
          one.groups.forEach((of, i) => write(keys[i] as RowKey, of))
        }
        if (one.do !== 'look') continue
        grouping.update(dirty)
        dirty = new Set()
        const scratch = made()
        scratch.update(keys)
        expect(shown(grouping)).toEqual(shown(scratch))
      }
    }),
    { numRuns: 500 },
  )
})
