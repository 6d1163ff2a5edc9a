import { describe, expect, it } from 'vitest'
import { countConflicts } from './conflicts.mjs'

interface Write {
  readonly property: string
  readonly value: string
  readonly over?: string
  readonly seq?: number
  readonly standing?: number
}

const count = (...writers: Write[][]): [won: number, lost: number][] => {
  const counts = countConflicts(writers.map((writes, at) => ({ number: at + 1, writes })))
  return [...counts.values()].map(({ won, lost }) => [won, lost])
}

describe('conflicts', () => {
  it('are none when each saw the other', () => {
    const first = { property: 'p', value: '1:a', seq: 1, standing: 1 }
    const second = { property: 'p', value: '2:a', over: '1:a', seq: 2, standing: 2 }
    expect(count([first], [second])).toEqual([
      [0, 0],
      [0, 0],
    ])
  })

  it('count for the one that the log has later', () => {
    const first = { property: 'p', value: '1:a', seq: 1, standing: 1 }
    const won = { property: 'p', value: '2:a', seq: 2, standing: 2 }
    const lost = { property: 'p', value: '2:a', seq: 2, standing: 1 }
    expect(count([first], [won])[1]).toEqual([1, 0])
    expect(count([first], [lost])[1]).toEqual([0, 1])
  })

  it('are between writes to the same property, and not with oneself', () => {
    const own = { property: 'p', value: '1:a', seq: 1, standing: 1 }
    const next = { property: 'p', value: '1:b', over: '1:a', seq: 2, standing: 1 }
    const other = { property: 'q', value: '2:a', seq: 3, standing: 2 }
    const refused = { property: 'p', value: '2:b' }
    expect(count([own, next], [other, refused])).toEqual([
      [0, 0],
      [0, 0],
    ])
  })
})
