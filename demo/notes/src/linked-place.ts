import type { MarkRange, TextSpot } from 'react-collab'

/** All of the link in which a place is, whatever else its parts are marked with; undefined outside of one. */
export function linkAround(ranges: readonly MarkRange[], at: number): TextSpot | undefined {
  const index = ranges.findIndex(({ from, to, marks }) => from <= at && at <= to && hasLink(marks))
  const own = ranges[index]
  if (own === undefined) return undefined
  const isPart = (one: MarkRange | undefined, touches: (one: MarkRange) => boolean): boolean =>
    one !== undefined && touches(one) && one.marks['link'] === own.marks['link']
  let first = index
  while (isPart(ranges[first - 1], ({ to }) => to === ranges[first]?.from)) first--
  let last = index
  while (isPart(ranges[last + 1], ({ from }) => from === ranges[last]?.to)) last++
  return { from: ranges[first]?.from ?? own.from, to: ranges[last]?.to ?? own.to }
}

const hasLink = (marks: MarkRange['marks']): boolean => typeof marks['link'] === 'string'
