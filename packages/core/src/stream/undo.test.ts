import { describe, expect, test } from 'vitest'
import { increment, pathChange, replace, splice } from '../change/constructors.js'
import { createBranch } from './branch.js'
import { spliceStream, updateStream } from './edits.js'
import { foldOver } from './fold.js'
import { createStream, type Stream } from './stream.js'
import { field } from './substream.js'
import { createUndo } from './undo.js'

const type = (stream: Stream<string>, text: string): Stream<string> => {
  const last = stream.latest()
  return spliceStream(last, last.value.length, 0, text)
}

describe('undo', () => {
  test('[STR9] takes back own edits alone, also when made from a stale value', () => {
    const master = createStream('ab')
    const stack = createUndo(master)
    spliceStream(master, 0, 0, '>')
    spliceStream(stack.stream, 1, 0, '-')
    spliceStream(master, 2, 0, '<')
    expect(master.latest().value).toBe('>a-b<')
    expect(stack.undo()).toBe(true)
    expect(master.latest().value).toBe('>ab<')
    expect(stack.undo()).toBe(false)
    expect(stack.redo()).toBe(true)
    expect(master.latest().value).toBe('>a-b<')
  })

  test('[STR9] a new edit ends what can be redone', () => {
    const stack = createUndo(createStream(''))
    type(stack.stream, 'a')
    stack.undo()
    type(stack.stream, 'b')
    expect(stack.redo()).toBe(false)
    expect(stack.stream.latest().value).toBe('b')
  })

  test('[STR11] what others have overwritten is passed over', () => {
    const master = createStream({ a: 1, b: 1 })
    const stack = createUndo(master)
    updateStream(field(stack.stream, 'b'), 2)
    updateStream(field(stack.stream.latest(), 'a'), 2)
    updateStream(field(master.latest(), 'a'), 3)
    expect(stack.undo()).toBe(true)
    expect(master.latest().value).toEqual({ a: 3, b: 1 })
    expect(stack.undo()).toBe(false)
  })

  test('[STR12] edits close in time are one step', () => {
    let nowMs = 0
    const stack = createUndo(createStream(''), { groupMs: 500, now: () => nowMs })
    for (const [text, atMs] of [
      ['a', 0],
      ['b', 500],
      ['c', 1000],
      ['d', 1501],
    ] as const) {
      nowMs = atMs
      type(stack.stream, text)
    }
    stack.undo()
    expect(stack.stream.latest().value).toBe('abc')
    stack.undo()
    expect(stack.stream.latest().value).toBe('')
    stack.redo()
    expect(stack.stream.latest().value).toBe('abc')
  })

  test('[STR12] one step holds what others did between its edits', () => {
    const master = createStream('')
    const stack = createUndo(master, { groupMs: 1 })
    type(stack.stream, 'a')
    type(master, 'X')
    type(stack.stream, 'b')
    expect(master.latest().value).toBe('aXb')
    stack.undo()
    expect(master.latest().value).toBe('X')
    stack.redo()
    expect(master.latest().value).toBe('aXb')
  })

  test('[STR12] a group has a label and is one step', () => {
    const stack = createUndo(createStream(''))
    type(stack.stream, '-')
    stack.group('typing', () => {
      type(stack.stream, 'a')
      stack.group('inner', () => type(stack.stream, 'b'))
    })
    expect(stack.undoLabels()).toEqual([undefined, 'typing'])
    stack.undo()
    expect(stack.stream.latest().value).toBe('-')
    expect(stack.redoLabels()).toEqual(['typing'])
    expect(() =>
      stack.group('failing', () => {
        throw new Error('no')
      }),
    ).toThrow('no')
    type(stack.stream, 'c')
    expect(stack.undoLabels()).toEqual([undefined, undefined])
  })

  test('[STR12] paused, own edits are carried past like those of others', () => {
    const stack = createUndo(createStream(''))
    type(stack.stream, 'a')
    stack.pause()
    type(stack.stream, 'b')
    stack.resume()
    type(stack.stream, 'c')
    stack.undo()
    stack.undo()
    expect(stack.stream.latest().value).toBe('b')
  })

  test('[STR9] parts, folds and branches of its stream are its own edits too', () => {
    const stack = createUndo(createStream({ t: 'ab', n: 0 }))
    spliceStream(foldOver(field(stack.stream, 't'), splice(0, 'a', '')), 1, 0, '!')
    expect(stack.stream.latest().value).toEqual({ t: 'ab!', n: 0 })
    const branch = createBranch(stack.stream.latest())
    branch.stream.append(pathChange(['n'], increment(1)))
    branch.push()
    expect(stack.stream.latest().value).toEqual({ t: 'ab!', n: 1 })
    stack.undo()
    stack.undo()
    expect(stack.stream.latest().value).toEqual({ t: 'ab', n: 0 })
  })

  test('[STR11] an own value that others deleted does not come back by undo', () => {
    const master = createStream<{ readonly a?: { readonly t: string } }>({ a: { t: '' } })
    const stack = createUndo(master)
    stack.stream.append(pathChange(['a', 't'], splice(0, '', 'x')))
    master.latest().append(pathChange(['a'], replace({ t: 'x' }, undefined)))
    expect(stack.undo()).toBe(false)
    expect(master.latest().value).toEqual({})
  })
})
