import { describe, expect, test } from 'vitest'
import type { Json } from './json.js'
import type { RowKey } from './names.js'
import { applyPatch, emptyRow, type Row, rowView } from './row.js'
import { defineSchema } from './schema.js'
import { formatStamp, type Replica } from './stamp.js'
import { type Upcasts, upcastRow } from './upcast.js'
import { readWritten, writtenUnder } from './written.js'

const key = 'people/ada' as RowKey
const stamp = (ms: number) => formatStamp({ ms, counter: 0, replica: 'aaaaaaaa' as Replica })

/** A field, when it was written, under which version, and what; undefined removes it. */
type Write = readonly [field: string, ms: number, version: number, value: Json | undefined]

const rowOf = (...writes: readonly Write[]): Row =>
  writes.reduce<Row>((row, [field, ms, version, value]) => {
    const json = value === undefined ? undefined : writtenUnder(version, value)
    return applyPatch(
      row,
      json === undefined ? ['x', key, field] : ['=', key, field, json],
      stamp(ms),
    )
  }, emptyRow)

const upcast: Upcasts = {
  1({ name, ...fields }) {
    if (typeof name !== 'string') return fields
    const [first, last] = name.split(' ')
    return { ...fields, first, last }
  },
  2: ({ price, ...fields }) =>
    typeof price === 'number' ? { ...fields, price: price * 100 } : fields,
}

const shown = (row: Row, version = 3): unknown =>
  rowView(upcastRow(row, key, { version, upcast }, 'team').row, undefined)

describe('what was written under older versions', () => {
  test('[VER1] a register says the version it was written under, whatever its value looks like', () => {
    for (const value of [
      'x',
      null,
      { a: 1 },
      { $2: 'x' },
      { $1: { $2: 'x' } },
      ['$2'],
      { $2: 1, $3: 1 },
    ])
      for (const version of [1, 2, 30])
        expect(readWritten(writtenUnder(version, value))).toEqual({ version, value })
    expect(writtenUnder(1, 'x')).toBe('x')
    expect(writtenUnder(2, 'x')).toEqual({ $2: 'x' })
  })

  test('[VER1] what tells its version keeps to the limits of a value', () => {
    expect(() => writtenUnder(2, 'x'.repeat(65_535))).toThrow(/VALUE_TOO_LARGE/)
    expect(writtenUnder(1, 'x'.repeat(65_535))).toHaveLength(65_535)
  })

  test('[VER2] goes from version to version, beside what was written under newer ones', () => {
    expect(shown(rowOf(['name', 1, 1, 'Ada Lovelace'], ['price', 2, 1, 5]))).toEqual({
      first: 'Ada',
      last: 'Lovelace',
      price: 500,
    })
    expect(shown(rowOf(['price', 2, 2, 5]))).toEqual({ price: 500 })
    expect(shown(rowOf(['price', 2, 3, 5]))).toEqual({ price: 5 })
    expect(shown(rowOf(['name', 1, 1, 'Ada Lovelace'], ['price', 2, 3, 5]))).toMatchObject({
      last: 'Lovelace',
      price: 5,
    })
  })

  test('[VER2] of two writes for one field the later counts, under whichever version', () => {
    const name: Write = ['name', 5, 1, 'Ada Lovelace']
    expect(shown(rowOf(name, ['first', 6, 3, 'Augusta']))).toEqual({
      first: 'Augusta',
      last: 'Lovelace',
    })
    expect(shown(rowOf(name, ['first', 4, 3, 'Augusta']))).toEqual({
      first: 'Ada',
      last: 'Lovelace',
    })
    expect(shown(rowOf(name, ['title', 9, 1, 'x'], ['first', 6, 3, 'Augusta']))).toMatchObject({
      first: 'Augusta',
    })
    expect(shown(rowOf(name, ['first', 6, 3, undefined]))).toEqual({ last: 'Lovelace' })
    expect(shown(rowOf(name, ['first', 4, 3, undefined]))).toMatchObject({ first: 'Ada' })
    expect(shown(rowOf(name, ['name', 6, 1, undefined]))).toEqual({})
  })

  test('[VER2] keeps what is the system’s, counters, and values that an upcast left alone', () => {
    const tags = { list: ['a'] }
    const row = applyPatch(
      rowOf(['tags', 1, 1, tags], ['name', 2, 1, 'Ada Lovelace']),
      ['+', key, 'visits', 3],
      stamp(3),
    )
    const deleted = applyPatch(row, ['=', key, '$del', true], stamp(4))
    const { row: after } = upcastRow(deleted, key, { version: 3, upcast }, 'team')
    expect(after).toMatchObject({
      values: { tags, $del: true },
      stamps: { $del: stamp(4) },
      sums: { visits: 3 },
    })
    expect(after.values['tags']).toBe(deleted.values['tags'])
  })

  test('[VER2] tells where the row is, and calls the item of a list `value`', () => {
    const seen: unknown[] = []
    const doubled: Upcasts = {
      1: ({ value }, place) => {
        seen.push(place)
        return { value: Number(value) * 2 }
      },
    }
    const { row } = upcastRow(rowOf(['$v', 1, 1, 4]), key, { version: 2, upcast: doubled }, 'team')
    expect(row.values).toEqual({ $v: 8 })
    expect(seen).toEqual([{ object: 'team', collection: 'people' }])
  })

  test('[VER3] what a newer version wrote is shown as it is, and told of', () => {
    const row = rowOf(['name', 1, 1, 'Ada Lovelace'], ['first', 2, 3, 'Augusta'])
    expect(upcastRow(row, key, { version: 1 }, 'team')).toMatchObject({
      row: { values: { name: 'Ada Lovelace', first: 'Augusta' } },
      newest: 3,
    })
  })

  test('[VER5] an upcast that makes no value, or no field, fails', () => {
    for (const made of [{ a: new Date(0) }, { $pos: 1 }, { $del: true }, { constructor: 1 }]) {
      const versions = { version: 2, upcast: { 1: () => made } }
      expect(() => upcastRow(rowOf(['a', 1, 1, 1]), key, versions, 'team')).toThrow()
    }
  })

  test.each([[[]], ['x'], [{ 2: String }], [{ 0: String }], [{ one: String }], [{ 1: 'x' }]])(
    '[VER4] %j is no way from older versions to the second',
    (wrong) => {
      expect(() => defineSchema({}, { version: 2, upcast: wrong as never })).toThrow(/BAD_VALUE/)
    },
  )

  test('[VER4] a schema keeps its upcasts', () => {
    expect(defineSchema({}, { version: 3, upcast })).toEqual({ version: 3, objects: {}, upcast })
    expect(() => defineSchema({}, { version: 10 ** 9 })).toThrow(/counts from 1/)
  })
})
