import {
  type JSX,
  type KeyboardEvent,
  type ReactNode,
  useLayoutEffect,
  useMemo,
  useRef,
  useState,
} from 'react'
import { moveCursor } from '../../shell/list-window.js'
import { useListWindow } from '../../shell/use-list-window.js'

/** The id of the list in the document. */
export const LIST_ID = 'rows'

/** Height of a row; the style sheet knows it too. */
const ROW_HEIGHT = 56

interface RowListProps<T> {
  readonly label: string
  readonly rows: readonly T[]
  /** Names the order and the filter: another one begins at the top. */
  readonly list: string
  /** The row that is open. */
  readonly current: string | undefined
  readonly render: (row: T) => ReactNode
  /** A row was walked onto (`look`), or chosen. */
  readonly onOpen: (id: string, how: 'look' | 'choose') => void
}

/** A long list, of which the rows in view are rendered; one stop for the Tab key. */
export function RowList<T extends { readonly id: string }>(props: RowListProps<T>): JSX.Element {
  const { label, rows, list, current, render, onOpen } = props
  const ids = useMemo(() => rows.map(({ id }) => id), [rows])
  const { box, window, onScroll, reveal, pageRows } = useListWindow({
    ids,
    rowHeight: ROW_HEIGHT,
    list,
  })
  const [cursor, setCursor] = useCursor(current)
  const index = useMemo(() => (cursor === undefined ? -1 : ids.indexOf(cursor)), [ids, cursor])
  const isInView = index >= window.first && index < window.end
  useReveal(cursor, index, reveal)

  function open(id: string, how: 'look' | 'choose'): void {
    setCursor(id)
    onOpen(id, how)
  }

  function onKeyDown(event: KeyboardEvent): void {
    if (event.ctrlKey || event.metaKey || event.altKey) return
    const next = moveCursor(event.key, index, ids.length, pageRows())
    const id = next === undefined ? undefined : ids[next]
    if (id !== undefined) open(id, 'look')
    else if (event.key === 'Enter' && cursor !== undefined && index >= 0) open(cursor, 'choose')
    else return
    event.preventDefault()
  }

  return (
    <ul
      id={LIST_ID}
      ref={box}
      role="listbox"
      aria-label={label}
      tabIndex={0}
      className="rows"
      aria-activedescendant={isInView ? optionId(ids[index] ?? '') : undefined}
      onKeyDown={onKeyDown}
      onScroll={onScroll}
    >
      <li role="presentation" className="rows-height" style={{ height: ids.length * ROW_HEIGHT }} />
      {rows.slice(window.first, window.end).map((row, at) => (
        // The list has the keyboard: an option needs no focus of its own.
        <li
          key={row.id}
          id={optionId(row.id)}
          role="option"
          aria-selected={row.id === cursor}
          aria-posinset={window.first + at + 1}
          aria-setsize={ids.length}
          className="row"
          style={{ transform: `translateY(${(window.first + at) * ROW_HEIGHT}px)` }}
          onClick={() => open(row.id, 'choose')}
        >
          {render(row)}
        </li>
      ))}
    </ul>
  )
}

const optionId = (id: string): string => `row-${id}`

/** Where the keyboard stands: on the row that is open, until it walks. */
function useCursor(current: string | undefined) {
  const state = useState(current)
  const [before, setBefore] = useState(current)
  if (current !== before) {
    setBefore(current)
    if (current !== undefined) state[1](current)
  }
  return state
}

/** Brings a row into view as the cursor comes to it, not when the list moves under it. */
function useReveal(
  cursor: string | undefined,
  index: number,
  reveal: (index: number) => void,
): void {
  const revealed = useRef<string>(undefined)
  useLayoutEffect(() => {
    if (cursor === revealed.current || index < 0) return
    revealed.current = cursor
    reveal(index)
  }, [cursor, index, reveal])
}
