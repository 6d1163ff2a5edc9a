import { type JSX, type UIEvent, useEffect, useRef, useState } from 'react'
import { PersonRow } from './person-row.js'
import { type Order, ref, useWindow } from './schema.js'

/** Pixels; browsers draw nothing that is higher than some 33 million. */
const ROW_HEIGHT = 32

interface PeopleListProps {
  readonly directory: string
  readonly order: Order
  readonly descending: boolean
  readonly onOrder: (order: Order) => void
}

const columns: readonly (readonly [Order, string])[] = [
  ['name', 'Name'],
  ['city', 'City'],
  ['since', 'Since'],
]

/** Everybody, in order: what is on the screen is read from the disk, whatever the length of the list. */
export function PeopleList({
  directory,
  order,
  descending,
  onOrder,
}: PeopleListProps): JSX.Element {
  const [{ start, count }, setRange] = useState({ start: 0, count: 40 })
  const people = useWindow(ref.directory(directory), 'people', {
    orderBy: order,
    descending,
    start,
    count,
  })
  const { status, total, at } = people
  const box = useRef<HTMLDivElement>(null)
  const look = (from: HTMLElement): void => {
    const next = Math.floor(from.scrollTop / ROW_HEIGHT)
    const most = Math.ceil(from.clientHeight / ROW_HEIGHT) + 1
    if (next !== start || most !== count) setRange({ start: next, count: most })
  }
  useEffect(() => {
    if (box.current !== null) look(box.current)
  })
  const shown = Array.from(
    { length: Math.max(0, Math.min(count, total - start)) },
    (_, i) => start + i,
  )
  return (
    <main className="people">
      <div className="people-head" role="row">
        {columns.map(([field, text]) => (
          <button
            key={field}
            type="button"
            className={`people-order is-${field}`}
            aria-pressed={order === field}
            onClick={() => onOrder(field)}
          >
            {text} <span aria-hidden="true">{order === field ? (descending ? '↓' : '↑') : ''}</span>
          </button>
        ))}
        <output className="people-total">
          {status === 'ready' ? `${total.toLocaleString('en')} people` : 'Loading…'}
        </output>
      </div>
      <div
        ref={box}
        className="people-box"
        tabIndex={0}
        aria-label="People"
        onScroll={(event: UIEvent<HTMLElement>) => look(event.currentTarget)}
      >
        <ul style={{ height: total * ROW_HEIGHT }}>
          {shown.map((index) => (
            <PersonRow
              key={at(index)?.id ?? index}
              person={at(index)}
              index={index}
              total={total}
              height={ROW_HEIGHT}
              onRename={(id, name) => people.update(id, { name })}
              onRemove={people.remove}
            />
          ))}
        </ul>
        {status === 'ready' && total === 0 && <p className="people-none">Nobody is here yet.</p>}
      </div>
    </main>
  )
}
