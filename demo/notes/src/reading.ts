import { type MarkRange, type MarkValues, safeLink, type TextSpot } from 'react-collab'

/** Some letters that are shown alike. */
export interface ReadPiece {
  /** Where in the note it begins. */
  readonly at: number
  readonly text: string
  readonly bold: boolean
  readonly italic: boolean
  /** Where it leads to. */
  readonly href: string | undefined
  /** Is it only in one of the two that are compared? */
  readonly differs: boolean
}

/** One line of a note. */
export interface ReadLine {
  readonly at: number
  readonly pieces: readonly ReadPiece[]
}

/** Cuts a text in lines, and those in pieces that are shown alike. */
export function linesOf(
  text: string,
  ranges: readonly MarkRange[],
  difference: readonly TextSpot[] = [],
): ReadLine[] {
  const edges = [...ranges, ...difference].flatMap(({ from, to }) => [from, to])
  const cuts = [...new Set(edges)].filter((at) => at <= text.length).sort((a, b) => a - b)
  const lines: ReadLine[] = []
  for (let from = 0; from <= text.length; ) {
    const end = text.indexOf('\n', from)
    const to = end < 0 ? text.length : end
    const places = [from, ...cuts.filter((cut) => cut > from && cut < to), to]
    const spots = places.slice(1).map((place, i) => ({ from: places[i] ?? from, to: place }))
    const shown = spots.filter((spot) => spot.from < spot.to)
    lines.push({ at: from, pieces: shown.map((spot) => pieceOf(text, spot, ranges, difference)) })
    from = to + 1
  }
  return lines
}

function pieceOf(
  text: string,
  { from, to }: TextSpot,
  ranges: readonly MarkRange[],
  difference: readonly TextSpot[],
): ReadPiece {
  const isIn = (spot: TextSpot): boolean => spot.from <= from && to <= spot.to
  const marks: MarkValues = ranges.find(isIn)?.marks ?? {}
  return {
    at: from,
    text: text.slice(from, to),
    bold: marks['bold'] === true,
    italic: marks['italic'] === true,
    href: safeLink(marks['link']),
    differs: difference.some(isIn),
  }
}
