/** DOT's README, example by example. */
import { describe, expect, test } from 'vitest'
import { apply, merge } from '../change/algebra.js'
import { changeSet, pathChange, replace, splice } from '../change/constructors.js'
import { createBranch } from './branch.js'
import { spliceStream, updateStream } from './edits.js'
import { foldOver } from './fold.js'
import { createStream, type Stream } from './stream.js'
import { field, item } from './substream.js'
import { createUndo } from './undo.js'

describe('changes', () => {
  test('[CHG7] applying a change', () => {
    expect(apply('hello', splice('hello'.length, '', ' world'))).toBe('hello world')
  })

  test('[CHG2] a change set', () => {
    const both = changeSet([
      splice('hello'.length, '', ' world'),
      splice('hello world'.length, '', '.'),
    ])
    expect(apply('hello', both)).toBe('hello world.')
  })

  test('[CHG7] a change at a path', () => {
    const change = pathChange([0, 'hello'], replace('world', 'world!'))
    expect(apply([{ hello: 'world' }], change)).toEqual([{ hello: 'world!' }])
  })

  test('[CHG3] convergence', () => {
    const insert = splice(5, '', ' world')
    const remove = splice(3, 'lo', '')
    const [removeX, insertX] = merge(insert, remove)
    expect(apply(apply('hello', insert), removeX)).toBe('hel world')
    expect(apply(apply('hello', remove), insertX)).toBe('hel world')
  })
})

describe('streams', () => {
  test('[STR1] applying a change', () => {
    expect(spliceStream(createStream('hello'), 5, 0, ' world').value).toBe('hello world')
  })

  test('[STR2] convergence', () => {
    const initial = createStream('hello')
    const s1 = spliceStream(initial, 5, 0, ' world')
    const s2 = spliceStream(initial, 3, 'lo'.length, '')
    expect(s1.latest().value).toBe('hel world')
    expect(s2.latest().value).toBe('hel world')
  })

  test('[STR9] undo and redo', () => {
    const master = createStream('hello')
    const stack = createUndo(master)
    const child = spliceStream(stack.stream, 0, 1, 'H')
    expect(child.value).toBe('Hello')
    spliceStream(master, 5, 0, '$')
    stack.undo()
    expect(child.latest().value).toBe('hello$')
    stack.redo()
    expect(child.latest().value).toBe('Hello$')
  })

  test('[STR13] folding', () => {
    let master = createStream('hello world!')
    let folded: Stream<string> = foldOver(master, splice(5, ' world', '...'))
    expect(folded.value).toBe('hello...!')
    folded = spliceStream(folded, 0, 1, 'H')
    folded = spliceStream(folded, 'Hello...!'.length, 0, '!!')
    expect(folded.value).toBe('Hello...!!!')
    master = spliceStream(master, 1, 1, 'u')
    expect(master.value).toBe('hullo world!')
    expect(folded.latest().value).toBe('Hullo...!!!')
    expect(master.latest().value).toBe('Hullo world!!!')
  })

  test('[STR15] branching', () => {
    const master = createStream('hello')
    const local = createBranch(master)
    spliceStream(local.stream, 1, 1, 'a')
    expect(master.latest().value).toBe('hello')
    local.push()
    expect(master.latest().value).toBe('hallo')
  })
})

describe('the list of things to do', () => {
  interface Todo {
    readonly complete: boolean
    readonly description: string
  }
  const first: Todo = { complete: false, description: 'buy milk' }
  const list = (): Stream<readonly Todo[]> => createStream([first])

  test('[STR4] toggling one', () => {
    const todos = list()
    const complete = field(item(todos, 0), 'complete')
    updateStream(complete, !complete.value)
    expect(todos.latest().value).toEqual([{ ...first, complete: true }])
  })

  test('[STR4] splicing a description', () => {
    const todos = list()
    spliceStream(field(item(todos, 0), 'description'), 0, 3, 'get')
    expect(todos.latest().value).toEqual([{ ...first, description: 'get milk' }])
  })

  test('[STR4] adding one, while another is edited', () => {
    const todos = list()
    const second = { complete: false, description: 'drink it' }
    todos.append(splice(0, [], [second]))
    spliceStream(field(item(todos, 0), 'description'), 0, 3, 'get')
    expect(todos.latest().value).toEqual([second, { ...first, description: 'get milk' }])
  })
})
