import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { changeOf, edits } from '../testing/edits.js'
import { apply, compose, invert, merge } from './algebra.js'
import type { Change } from './change.js'
import { changeSet, increment, move, pathChange, replace, splice } from './constructors.js'
import { sameData } from './data.js'
import { mapIndex, mapPath } from './map-path.js'
import { RefContainer, RefUpdate } from './ref-container.js'
import { caret, mapRef, pathRef, range } from './refs.js'

describe('paths', () => {
  test.each<[string, Change, readonly (string | number)[] | undefined]>([
    ['an insert before', pathChange(['a'], splice(0, [], [1, 2])), ['a', 3, 'x']],
    ['an insert behind', pathChange(['a'], splice(2, [], [1])), ['a', 1, 'x']],
    ['its deletion', pathChange(['a'], splice(1, [{}], [])), undefined],
    ['a move of it', pathChange(['a'], move(1, 1, 2)), ['a', 3, 'x']],
    ['a move over it', pathChange(['a'], move(0, 1, 1)), ['a', 0, 'x']],
    ['a change of it', pathChange(['a', 1, 'x'], increment(1)), ['a', 1, 'x']],
    ['a replace of it', pathChange(['a', 1, 'x'], replace(1, 2)), ['a', 1, 'x']],
    ['its key removed', pathChange(['a', 1, 'x'], replace(1, undefined)), undefined],
    ['a replace around it', pathChange(['a'], replace([], [1])), undefined],
    ['something elsewhere', pathChange(['b'], replace(1, 2)), ['a', 1, 'x']],
    ['nothing', null, ['a', 1, 'x']],
  ])('[CHG22] through %s', (_what, change, expected) => {
    expect(mapRef(change, pathRef(['a', 1, 'x']))).toEqual(expected && pathRef(expected))
  })

  test('[CHG22] what happened at the path is told', () => {
    const change = changeSet([
      pathChange(['a'], splice(0, [], [1])),
      pathChange(['a', 2], increment(3)),
    ])
    expect(mapPath(change, ['a', 1])).toEqual({ path: ['a', 2], change: increment(3) })
  })
})

describe('indexes', () => {
  test('[CHG23] shift, move, or stand where they were deleted', () => {
    expect(mapIndex(splice(2, 'ab', 'x'), 1)).toEqual({ index: 1, isDeleted: false })
    expect(mapIndex(splice(2, 'ab', 'x'), 4)).toEqual({ index: 3, isDeleted: false })
    expect(mapIndex(splice(2, 'ab', 'x'), 3)).toEqual({ index: 2, isDeleted: true })
    expect(mapIndex(move(1, 2, 3), 2)).toEqual({ index: 5, isDeleted: false })
  })
})

describe('carets', () => {
  test.each<[string, Change, number, 'left' | 'right', number]>([
    ['insert 3 at it', splice(5, '', 'abc'), 5, 'right', 8],
    ['insert 3 at it', splice(5, '', 'abc'), 5, 'left', 5],
    ['replace 1 by 3 at it', splice(5, 'x', 'abc'), 5, 'right', 5],
    ['replace [2, 4) by 3', splice(2, 'xy', 'abc'), 3, 'right', 2],
    ['replace [2, 4) by 3', splice(2, 'xy', 'abc'), 4, 'right', 5],
    ['move [2, 4) by 2', move(2, 2, 2), 3, 'right', 5],
    ['move [2, 4) by 2', move(2, 2, 2), 4, 'right', 2],
    ['move [2, 4) by 2', move(2, 2, 2), 6, 'left', 4],
    ['move [2, 4) by 2', move(2, 2, 2), 6, 'right', 6],
    ['move [2, 4) by −1', move(2, 2, -1), 1, 'right', 3],
    ['move [2, 4) by −1', move(2, 2, -1), 1, 'left', 1],
  ])('[CHG24] %s: %s %s', (_what, change, index, ...[side, expected]) => {
    const before = caret(['t'], index, side)
    expect(mapRef(pathChange(['t'], change), before)).toEqual({ ...before, index: expected })
  })

  test('[CHG24] a caret is gone when its text is replaced or deleted', () => {
    expect(mapRef(replace('a', 'b'), caret([], 1))).toBe(undefined)
    expect(mapRef(pathChange(['t'], replace('a', 'b')), caret(['t'], 1))).toBe(undefined)
    expect(mapRef(pathChange(['u'], replace('a', 'b')), caret(['t'], 1))).toEqual(caret(['t'], 1))
  })

  test('[CHG24] a caret stays right before its character while that is there', () => {
    fc.assert(
      fc.property(fc.nat(12), fc.nat(12), fc.array(edits, { maxLength: 4 }), (length, at, list) => {
        const text = Array.from({ length }, (_, i) => String.fromCharCode(0x4e00 + i)).join('')
        const index = at % (length + 1)
        const change = changeOf(
          text,
          list.map((edit) => ({ ...edit, kind: 1 + (edit.kind % 11) })),
        )
        const after = apply(text, change) as string
        const letter = text[index]
        if (letter === undefined || !after.includes(letter)) return
        expect(after.indexOf(letter)).toBe(mapRef(change, caret([], index))?.index)
      }),
    )
  })

  test.each<[number, number, string, number, number]>([
    [1, 5, 'Boo', 1, 5],
    [7, 9, 'Boo', 8, 10],
    [5, 7, 'Boo', 5, 8],
    [6, 7, 'Boo', 5, 8],
    [5, 7, '', 5, 5],
  ])('[CHG24] the range %s to %s, with “OK” at 5 made “%s”', (from, to, text, ...[start, end]) => {
    const mapped = mapRef(splice(5, 'OK', text), range([], from, to))
    expect([mapped?.start.index, mapped?.end.index]).toEqual([start, end])
  })

  test('[CHG24] a range that collapsed goes one way, and is gone with its text', () => {
    const wide = { ...range([], 5, 7), end: caret([], 7, 'left') }
    const collapsed = mapRef(splice(5, 'OK', ''), wide)
    expect(collapsed).toMatchObject({ start: { side: 'right' }, end: { side: 'right', index: 5 } })
    expect(mapRef(replace('a', 'b'), wide)).toBe(undefined)
  })
})

describe('a container', () => {
  const value = { list: ['a', 'b', 'c'] }
  const at = (index: number) => pathRef(['list', index])
  const container = new RefContainer(
    value,
    new Map([
      ['one', at(1)],
      ['two', at(2)],
    ]),
  )
  const insert = pathChange(['value', 'list'], splice(0, [], ['x']))
  const remove = pathChange(['value', 'list'], splice(1, ['b'], []))

  function merged(earlier: Change, later: Change): RefContainer {
    const [b, a] = merge(earlier, later)
    const end = apply(apply(container, earlier), b)
    expect(sameData(apply(apply(container, later), a), end)).toBe(true)
    return end as RefContainer
  }

  test('[CHG25] carries its references, and drops those whose target is gone', () => {
    expect((apply(container, insert) as RefContainer).refs.get('one')).toEqual(at(2))
    const { refs } = apply(container, remove) as RefContainer
    expect([...refs]).toEqual([['two', at(1)]])
  })

  test('[CHG25] an update of a reference goes past changes of the value', () => {
    const update = new RefUpdate('one', at(1), at(0))
    expect(merged(insert, update).refs.get('one')).toEqual(at(1))
    expect(merged(update, insert).refs.get('one')).toEqual(at(1))
    expect(apply(apply(container, update), invert(update))).toEqual(container)
    expect(apply(container, compose(update, insert))).toEqual(
      apply(apply(container, update), insert),
    )
  })

  test('[CHG25] of two updates of one reference the later wins; others are independent', () => {
    const zero = new RefUpdate('one', at(1), at(0))
    const two = new RefUpdate('one', at(1), at(2))
    expect(merged(zero, two).refs.get('one')).toEqual(at(2))
    const other = new RefUpdate('two', at(2), undefined)
    expect([...merged(zero, other).refs]).toEqual([['one', at(0)]])
  })
})
