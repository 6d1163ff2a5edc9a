import { expect, it } from 'vitest'
import { linkAround } from './linked-place.js'

const [a, b] = ['https://a.example/', 'https://b.example/']
const ranges = [
  { from: 0, to: 2, marks: { bold: true } },
  { from: 3, to: 5, marks: { link: a } },
  { from: 5, to: 7, marks: { link: a, bold: true } },
  { from: 7, to: 9, marks: { link: b } },
  { from: 12, to: 14, marks: { link: a } },
]

it.each([
  [1, undefined],
  [3, { from: 3, to: 7 }],
  [6, { from: 3, to: 7 }],
  [8, { from: 7, to: 9 }],
  [10, undefined],
  [14, { from: 12, to: 14 }],
])('the link around %i is %j', (at, place) => expect(linkAround(ranges, at)).toEqual(place))
