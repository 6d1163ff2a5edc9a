/** The part of a long list that is worth rendering. */
export interface ListWindow {
  readonly first: number
  /** One past the last. */
  readonly end: number
}

interface Scrolled {
  readonly scrollTop: number
  readonly viewHeight: number
  readonly rowHeight: number
  readonly count: number
}

/** Rows kept beyond both edges, so that a fast scroll shows rows and not emptiness. */
const MARGIN_ROWS = 12

/** The rows to render. */
export function windowOf({ scrollTop, viewHeight, rowHeight, count }: Scrolled): ListWindow {
  const first = Math.floor(scrollTop / rowHeight) - MARGIN_ROWS
  const end = Math.ceil((scrollTop + viewHeight) / rowHeight) + MARGIN_ROWS
  return { first: clamp(first, 0, count), end: clamp(end, 0, count) }
}

/** Where to scroll so that a row is wholly in view; the same place if it is. */
export function scrollTo(
  index: number,
  { scrollTop, viewHeight, rowHeight }: Omit<Scrolled, 'count'>,
): number {
  const top = index * rowHeight
  if (top < scrollTop) return top
  return Math.max(scrollTop, top + rowHeight - viewHeight)
}

/** Where the cursor goes when `key` is pressed; undefined for other keys. */
export function moveCursor(
  key: string,
  index: number,
  count: number,
  pageRows: number,
): number | undefined {
  const steps: Readonly<Record<string, number>> = {
    ArrowDown: index + 1,
    ArrowUp: index < 0 ? count - 1 : index - 1,
    PageDown: index + pageRows,
    PageUp: index - pageRows,
    Home: 0,
    End: count - 1,
  }
  const next = Object.hasOwn(steps, key) ? steps[key] : undefined
  return next === undefined || count === 0 ? undefined : clamp(next, 0, count - 1)
}

const clamp = (value: number, low: number, high: number): number =>
  Math.min(Math.max(value, low), high)
