import { type RefObject, useLayoutEffect, useRef, useState } from 'react'
import { type ListWindow, scrollTo, windowOf } from './list-window.js'

/** A long list of which only the part in view is rendered. */
export interface WindowedList {
  readonly box: RefObject<HTMLUListElement | null>
  readonly window: ListWindow
  readonly onScroll: () => void
  /** Scrolls until a row is in view. */
  readonly reveal: (index: number) => void
  /** How many rows a page is. */
  readonly pageRows: () => number
}

interface Rows {
  readonly ids: readonly string[]
  readonly rowHeight: number
  /** Another one begins at the top: a new order, a new search. */
  readonly list: string
}

/** The first row in view, and how far it lies below the edge. */
interface Anchor {
  readonly id: string
  readonly offset: number
}

/**
 * Renders the part in view. When rows come or go above it, what is in view stays where it is:
 * a list that others write to must not slide away under the eyes.
 */
export function useListWindow({ ids, rowHeight, list }: Rows): WindowedList {
  const box = useRef<HTMLUListElement>(null)
  const anchor = useRef<Anchor>(undefined)
  const shownList = useRef(list)
  const [window, setWindow] = useState<ListWindow>({ first: 0, end: 40 })

  function measure(): void {
    if (box.current === null) return
    const { scrollTop, clientHeight: viewHeight } = box.current
    const next = windowOf({ scrollTop, viewHeight, rowHeight, count: ids.length })
    anchor.current = anchorAt(scrollTop, ids, rowHeight)
    setWindow((old) => (old.first === next.first && old.end === next.end ? old : next))
  }

  function keepPlace(): void {
    if (box.current === null) return
    if (shownList.current !== list) {
      shownList.current = list
      box.current.scrollTop = 0
    } else if (anchor.current !== undefined) {
      const index = ids.indexOf(anchor.current.id)
      const scrollTop = index * rowHeight - anchor.current.offset
      if (index >= 0 && Math.abs(scrollTop - box.current.scrollTop) >= 1) {
        box.current.scrollTop = scrollTop
      }
    }
    measure()
  }

  const latest = useRef({ measure, keepPlace })
  useLayoutEffect(() => {
    latest.current = { measure, keepPlace }
  })
  useLayoutEffect(() => latest.current.keepPlace(), [ids, rowHeight, list])
  useLayoutEffect(() => {
    if (box.current === null) return undefined
    const observer = new ResizeObserver(() => latest.current.measure())
    observer.observe(box.current)
    return () => observer.disconnect()
  }, [])

  return {
    box,
    window,
    onScroll: measure,
    reveal(index) {
      if (box.current === null) return
      const { scrollTop, clientHeight: viewHeight } = box.current
      box.current.scrollTop = scrollTo(index, { scrollTop, viewHeight, rowHeight })
      measure()
    },
    pageRows: () => Math.max(1, Math.floor((box.current?.clientHeight ?? 0) / rowHeight) - 1),
  }
}

/** At the very top there is none: newcomers may show. */
function anchorAt(
  scrollTop: number,
  ids: readonly string[],
  rowHeight: number,
): Anchor | undefined {
  const index = Math.ceil(scrollTop / rowHeight)
  const id = index === 0 ? undefined : ids[index]
  return id === undefined ? undefined : { id, offset: index * rowHeight - scrollTop }
}
