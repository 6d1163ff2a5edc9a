/** A figure with as many digits as it deserves. */
export const show = (value, unit = '') => {
  const size = Math.abs(value)
  const digits = size >= 100 ? 0 : size >= 10 ? 1 : size >= 1 ? 2 : 3
  const text = value
    .toFixed(size >= 1e15 ? 0 : digits)
    .replace(/\B(?=(\d{3})+(?!\d)(?<!\.\d*))/g, ',')
  return unit === '' ? text : `${text} ${unit}`
}

/** Writes rows of text as a Markdown table that also reads well in a terminal. */
export function table(head, rows) {
  const width = head.map((title, i) => Math.max(...[title, ...rows.map((row) => row[i])].map(size)))
  const line = (cells) => `| ${cells.map((cell, i) => cell.padEnd(width[i])).join(' | ')} |`
  const rule = `|${width.map((w) => '-'.repeat(w + 2)).join('|')}|`
  return [line(head), rule, ...rows.map(line)].join('\n')
}

const size = (text) => text.length

const head = ['what', 'ours', 'floor', 'floor is', 'ratio', 'target', '']

/** Writes results of cases; see `result` for what they are. */
export const resultTable = (results) => table(head, results.map(cells))

function cells({ what, unit, ours, floor, floorName, target, ok }) {
  const ratio = floor === undefined ? '' : show(ours / floor)
  return [
    what,
    show(ours, unit),
    floor === undefined ? '' : show(floor, unit),
    floorName ?? '',
    ratio,
    target ?? '',
    ok === undefined ? '' : ok ? 'ok' : 'over',
  ]
}

/**
 * One line of the report: a figure of ours beside a floor, and what it has to be.
 *
 * `most` and `least` bound the figure; `mostRatio` bounds it as a multiple of the floor.
 */
export function result({ what, unit, ours, floor, floorName, most, least, mostRatio }) {
  const base = { what, unit, ours, floor, floorName }
  if (most !== undefined) return { ...base, target: `≤ ${show(most, unit)}`, ok: ours <= most }
  if (least !== undefined) return { ...base, target: `≥ ${show(least, unit)}`, ok: ours >= least }
  if (mostRatio === undefined) return base
  return { ...base, target: `≤ ${mostRatio} × floor`, ok: ours <= mostRatio * floor }
}
