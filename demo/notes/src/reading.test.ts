import { describe, expect, it } from 'vitest'
import { linesOf } from './reading.js'

const plain = { bold: false, italic: false, href: undefined, differs: false }
const link = 'https://example.org/'

describe('a note to read', () => {
  it('has its lines, also the empty ones', () => {
    const lines = linesOf('one\n\ntwo\n', [])
    expect(lines.map(({ at, pieces }) => [at, pieces.map(({ text }) => text).join('')])).toEqual([
      [0, 'one'],
      [4, ''],
      [5, 'two'],
      [9, ''],
    ])
  })

  it('shows what is marked, over line ends, too', () => {
    const ranges = [
      { from: 2, to: 5, marks: { bold: true } },
      { from: 5, to: 7, marks: { italic: true, link } },
    ]
    expect(linesOf('abc\ndefg', ranges).map(({ pieces }) => pieces)).toEqual([
      [
        { ...plain, at: 0, text: 'ab' },
        { ...plain, at: 2, text: 'c', bold: true },
      ],
      [
        { ...plain, at: 4, text: 'd', bold: true },
        { ...plain, at: 5, text: 'ef', italic: true, href: link },
        { ...plain, at: 7, text: 'g' },
      ],
    ])
  })

  it('has no link that would run something', () => {
    const [line] = linesOf('abc', [{ from: 0, to: 3, marks: { link: 'javascript:alert(1)' } }])
    expect(line?.pieces).toEqual([{ ...plain, at: 0, text: 'abc' }])
  })

  it('shows what differs, within what is marked', () => {
    const ranges = [{ from: 0, to: 4, marks: { bold: true } }]
    const [line] = linesOf('abcd', ranges, [{ from: 1, to: 3 }])
    expect(line?.pieces.map(({ text, bold, differs }) => [text, bold, differs])).toEqual([
      ['a', true, false],
      ['bc', true, true],
      ['d', true, false],
    ])
  })
})
