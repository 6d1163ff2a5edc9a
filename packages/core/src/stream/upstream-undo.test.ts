import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { isUpstreamMissing, upstreamFolder } from '../change/upstream.contract.js'
import { spliceStream } from './edits.js'
import { createStream } from './stream.js'
import { createUndo } from './undo.js'

interface Outcome {
  readonly found: string
  readonly expected: string
  readonly didSomething: boolean
  readonly isMarked: boolean
}

/**
 * Runs a string: C inserts the n-th letter at 0, S does so as another user, U and R undo and redo.
 * Then tells what `last` makes of it, and what it would if it took back exactly the marked step.
 */
function play(written: string, last: 'undo' | 'redo'): Outcome {
  const master = createStream('')
  const stack = createUndo(master)
  const text = (): string => master.latest().value
  let marked: { before: string; after: string } | undefined
  let letter = 0x41
  let isMarked = false
  for (const step of written) {
    const before = text()
    if (step === '*') isMarked = true
    else {
      if (step === 'U') stack.undo()
      else if (step === 'R') stack.redo()
      else {
        const stream = step === 'C' ? stack.stream : master
        spliceStream(stream.latest(), 0, 0, String.fromCharCode(letter++))
      }
      if (isMarked) marked = { before, after: text() }
      isMarked = false
    }
  }
  const full = text()
  const didSomething = stack[last]()
  return {
    found: sorted(text()),
    expected: sorted(without(full, marked)),
    didSomething,
    isMarked: marked !== undefined,
  }
}

const sorted = (text: string): string => [...text].toSorted().join('')

/** Removes the letters that a step brought, and brings those that it removed. */
function without(full: string, step: { before: string; after: string } | undefined): string {
  if (step === undefined) return full
  const kept = [...full].filter((c) => step.before.includes(c) || !step.after.includes(c))
  const back = [...step.before].filter((c) => !step.after.includes(c))
  return [...kept, ...back].join('')
}

function expectAll(list: readonly string[], last: 'undo' | 'redo'): void {
  for (const written of list) {
    const { found, expected, didSomething, isMarked } = play(written, last)
    expect({ written, found, didSomething }).toEqual({
      written,
      found: expected,
      didSomething: isMarked,
    })
  }
}

describe('own strings', () => {
  test('[STR9] undo takes back the right step', () => {
    expectAll(['*C', 'C*C', 'SS*CS', 'CU', '*CCUS', 'CUR*C', 'S', '*CCCUSU', 'CCU*R'], 'undo')
  })

  test('[STR9] redo brings back the right step', () => {
    expectAll(['C*U', 'CC*US', 'CCU*U', 'CUC', 'CURS', 'SS', 'CC*UUSR'], 'redo')
  })
})

describe.skipIf(isUpstreamMissing)('upstream’s strings', () => {
  const read = () =>
    JSON.parse(readFileSync(`${upstreamFolder}/undo_redo.json`, 'utf8')) as Record<
      'undo' | 'redo',
      readonly string[]
    >

  test('[STR9] undo takes back the right step', () => {
    expect(read().undo.length).toBe(15)
    expectAll(read().undo, 'undo')
  })

  test('[STR9] redo brings back the right step', () => {
    expect(read().redo.length).toBe(12)
    expectAll(read().redo, 'redo')
  })
})
