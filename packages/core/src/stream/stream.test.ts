import { describe, expect, test } from 'vitest'
import { caret, pathRef } from '../change/refs.js'
import type { Change } from '../change/change.js'
import { increment, move, pathChange, replace, splice } from '../change/constructors.js'
import { createBranch } from './branch.js'
import { moveInStream, spliceStream, updateStream } from './edits.js'
import { follow } from './follow.js'
import { type Fold, foldOver } from './fold.js'
import { createStream, type Stream } from './stream.js'
import { field, item, substream } from './substream.js'

describe('streams', () => {
  test('[STR1] a stream has a value, and leads to what follows it', () => {
    const first = createStream('a')
    expect(first.next()).toBe(null)
    expect(first.latest()).toBe(first)
    const second = first.append(splice(1, '', 'b'))
    expect(first.value).toBe('a')
    expect(second.value).toBe('ab')
    expect(first.next()).toEqual({ change: splice(1, '', 'b'), stream: second })
    expect(first.latest()).toBe(second)
    expect(second.append(null)).toBe(second)
  })

  test('[STR1] an edit is in the value that it gives, what others did is still to come', () => {
    const first = createStream('ab')
    first.append(splice(0, '', 'x'))
    const mine = first.append(splice(2, '', 'y'))
    expect(mine.value).toBe('aby')
    expect(mine.latest().value).toBe('xaby')
  })

  test('[STR3] an edit that does not fit is refused, and nothing has changed', () => {
    const first = createStream('ab')
    expect(() => first.append(splice(1, 'x', ''))).toThrow('BAD_CHANGE')
    expect(() => spliceStream(first, 1, 2, '')).toThrow('BAD_OFFSET')
    expect(() => spliceStream(first, NaN, 0, 'x')).toThrow('BAD_OFFSET')
    expect(() => spliceStream(first, 0, -1, 'x')).toThrow('BAD_OFFSET')
    expect(() => moveInStream(createStream(1), 0, 1, 1)).toThrow('BAD_CHANGE')
    expect(first.next()).toBe(null)
  })

  test('[STR1] splice, move and update', () => {
    const list = createStream<readonly number[]>([1, 2, 3])
    spliceStream(list, 1, 1, [8, 9])
    moveInStream(list.latest(), 0, 1, 2)
    expect(list.latest().value).toEqual([8, 9, 1, 3])
    expect(updateStream(createStream(1), 2).value).toBe(2)
  })
})

type Todo = { readonly done: boolean; readonly text: string }
const todo = (text: string): Todo => ({ done: false, text })
const todos = (): Stream<readonly Todo[]> => createStream([todo('a'), todo('b'), todo('c')])

describe('substreams', () => {
  test('[STR4] edits go both ways, at the same time', () => {
    const list = todos()
    const text = field(item(list, 1), 'text')
    spliceStream(text, 1, 0, '!')
    list.latest().append(pathChange([1, 'text'], splice(0, '', '¡')))
    expect(text.latest().value).toBe('¡b!')
    expect((list.latest().value[1] as Todo).text).toBe('¡b!')
  })

  test('[STR5] a substream follows its item through inserts, deletes and moves', () => {
    const list = todos()
    const second = item(list, 1)
    list.append(splice(0, [], [todo('x'), todo('y')]))
    expect(second.path).toEqual([3])
    list.latest().append(splice(0, [todo('x')], []))
    list.latest().append(move(2, 1, -2))
    expect(second.path).toEqual([0])
    expect(second.next()).toBe(null)
    updateStream(field(second, 'done'), true)
    expect(list.latest().value[0]).toEqual({ done: true, text: 'b' })
  })

  test.each<[string, Change, boolean]>([
    ['when its item is deleted', splice(1, [todo('b')], []), true],
    ['when all around is replaced', replace(todos().value, [todo('z')]), true],
    ['when its key is removed', pathChange([1, 'text'], replace('b', undefined)), true],
    ['not when it is replaced itself', pathChange([1, 'text'], replace('b', 'z')), false],
    ['not when another is deleted', splice(0, [todo('a')], []), false],
  ])('[STR6] a substream ends %s', (_when, change, isEnded) => {
    const list = todos()
    const text = field(item(list, 1), 'text')
    list.append(change)
    expect(text.hasEnded()).toBe(isEnded)
    if (isEnded) expect(text.next()).toBe(null)
  })

  test('[STR6] edits of what was deleted meanwhile are lost, and harm nobody', () => {
    const list = todos()
    const text = field(item(list, 1), 'text')
    list.append(splice(1, [todo('b')], []))
    spliceStream(text, 0, 0, 'x')
    expect(list.latest().value).toEqual([todo('a'), todo('c')])
  })

  test('[STR4] what is nowhere is undefined, and can be created', () => {
    const root = createStream({})
    const missing = substream<number | undefined>(root, ['a', 0, 'b'])
    expect(missing.value).toBe(undefined)
    substream<number | undefined>(root, ['n']).append(replace(undefined, 1))
    expect(root.latest().value).toEqual({ n: 1 })
  })
})

describe('folds', () => {
  test('[STR14] lifted, a fold shows everything beneath with all edits', () => {
    const base = createStream('hello world!')
    const folded = foldOver(base, splice(5, ' world', '...'))
    spliceStream(folded, 8, 1, '?')
    const last = folded.latest() as Fold<string>
    expect(last.value).toBe('hello...?')
    expect(last.unfold().latest().value).toBe('hello world?')
    expect(base.latest().value).toBe('hello world?')
  })

  test('[STR13] what happens to hidden text stays hidden', () => {
    const base = createStream('hello world!')
    const folded = foldOver(base, splice(5, ' world', '...'))
    spliceStream(base, 7, 1, 'OO')
    expect(folded.latest().value).not.toContain('w')
    expect(base.latest().value).toBe('hello wOOrld!')
  })

  test('[STR7, STR13] folds stand on folds', () => {
    const base = createStream('abcdef')
    const inner = foldOver(base, splice(1, 'b', ''))
    const outer = foldOver(inner, splice(3, 'e', ''))
    expect(outer.value).toBe('acdf')
    spliceStream(outer, 4, 0, '!')
    expect(base.latest().value).toBe('abcdef!')
    expect(inner.latest().value).toBe('acdef!')
  })
})

describe('branches', () => {
  test('[STR15] nothing passes until push or pull, and each one way only', () => {
    const master = createStream('ab')
    const branch = createBranch(master)
    spliceStream(branch.stream, 2, 0, '2')
    spliceStream(master, 0, 0, '1')
    branch.push()
    expect(master.latest().value).toBe('1ab2')
    expect(branch.stream.latest().value).toBe('ab2')
    expect(branch.ahead()).toBe(null)
    branch.pull()
    expect(branch.stream.latest().value).toBe('1ab2')
  })

  test('[STR7, STR16] a branch of a branch', () => {
    const master = createStream(0)
    const outer = createBranch(master)
    const inner = createBranch(outer.stream)
    inner.stream.append(increment(1))
    outer.stream.append(increment(10))
    inner.push()
    expect([master, outer.stream, inner.stream].map((s) => s.latest().value)).toEqual([0, 11, 1])
    outer.push()
    inner.pull()
    expect([master, outer.stream, inner.stream].map((s) => s.latest().value)).toEqual([11, 11, 11])
  })
})

describe('references', () => {
  test('[STR8] are carried to the latest value, and are gone with what they name', () => {
    const list = todos()
    spliceStream(field(item(list, 1), 'text'), 0, 0, '>>')
    list.latest().append(move(1, 1, -1))
    expect(follow(list, caret([1, 'text'], 1)).ref).toEqual(caret([0, 'text'], 3))
    list.latest().append(splice(0, list.latest().value.slice(0, 1), []))
    const { ref, stream } = follow(list, pathRef([1]))
    expect(ref).toBe(undefined)
    expect(stream).toBe(list.latest())
  })
})
