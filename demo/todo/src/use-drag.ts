import {
  type PointerEvent as ReactPointerEvent,
  type RefObject,
  useCallback,
  useEffect,
  useRef,
  useState,
} from 'react'
import { indexAt, type Span } from './todo.js'

/** A row on its way. */
export interface Drag {
  readonly id: string
  /** How far it was dragged, in pixels. */
  readonly dy: number
  /** The index that it would have if it were let go. */
  readonly to: number
  readonly height: number
}

/** Near the edge of the window the page scrolls along. */
const EDGE = 64
const STEP = 12

/**
 * Drags rows of a list with the pointer; nothing is written before the row is let go. What others
 * do to the list meanwhile shows, and counts.
 */
export function useDrag(
  list: RefObject<HTMLElement | null>,
  ids: readonly string[],
  onDrop: (id: string, to: number) => void,
): readonly [drag: Drag | undefined, begin: (id: string, event: ReactPointerEvent) => void] {
  const [drag, setDrag] = useState<Drag>()
  const latest = useRef({ ids, onDrop })
  const end = useRef<() => void>(undefined)
  useEffect(() => {
    latest.current = { ids, onDrop }
  })
  useEffect(() => () => end.current?.(), [])

  const begin = useCallback(
    (id: string, event: ReactPointerEvent): void => {
      if (event.button !== 0) return
      event.preventDefault()
      // Against the page: it may scroll meanwhile.
      const from = event.clientY + scrollY
      let now: Drag | undefined

      function move({ clientY }: { readonly clientY: number }): void {
        const spans = spansOf(list.current)
        const index = latest.current.ids.indexOf(id)
        const dy = clientY + scrollY - from
        now = { id, dy, to: indexAt(spans, index, dy), height: spans[index]?.height ?? 0 }
        setDrag(now)
        if (clientY < EDGE) scrollBy(0, -STEP)
        else if (clientY > innerHeight - EDGE) scrollBy(0, STEP)
      }

      function finish(how: 'drop' | 'cancel'): void {
        end.current = undefined
        ends.abort()
        setDrag(undefined)
        if (how === 'drop' && now !== undefined) latest.current.onDrop(id, now.to)
      }

      const ends = new AbortController()
      const { signal } = ends
      end.current = () => finish('cancel')
      addEventListener('pointermove', move, { signal })
      addEventListener('pointerup', () => finish('drop'), { signal })
      addEventListener('pointercancel', () => finish('cancel'), { signal })
      addEventListener('keydown', ({ key }) => key === 'Escape' && finish('cancel'), { signal })
    },
    [list],
  )

  return [drag, begin]
}

/** Where the rows stand, without what moves them while one is dragged. */
const spansOf = (list: HTMLElement | null): Span[] =>
  [...(list?.children ?? [])].map((row) => ({
    top: (row as HTMLElement).offsetTop,
    height: (row as HTMLElement).offsetHeight,
  }))
