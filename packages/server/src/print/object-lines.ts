import type { ObjectSummary } from '../log/log-file.js'
import { isoTime } from '../platform.js'

const columns = ['first', 'head', 'bytes', 'term', 'latest edit', 'object'] as const
const widths = [10, 10, 12, -12, -24, 0]

/** A table of what objects there are, line by line. */
export function* objectLines(objects: Iterable<ObjectSummary>): Generator<string> {
  yield lineOf(columns)
  for (const { object, floor, head, bytes, term, greatestMs } of objects) {
    yield lineOf([`${floor + 1}`, `${head}`, `${bytes}`, term, isoTime(greatestMs), object])
  }
}

const lineOf = (cells: readonly string[]): string => cells.map(padded).join('  ')

function padded(cell: string, i: number): string {
  const width = widths[i] ?? 0
  return width < 0 ? cell.padEnd(-width) : cell.padStart(width)
}
