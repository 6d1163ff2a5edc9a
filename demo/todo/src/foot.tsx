import type { JSX } from 'react'
import type { Undo } from 'react-collab'
import { type Filter, leftWords, type Todo } from './todo.js'

interface FootProps {
  readonly filter: Filter
  readonly todos: readonly Todo[]
  readonly group: Undo['group']
  readonly onRemove: (id: string) => unknown
}

const filters: readonly (readonly [Filter, string, string])[] = [
  ['all', 'All', '#/'],
  ['active', 'Active', '#/active'],
  ['completed', 'Completed', '#/completed'],
]

/** How many are left, which are shown, and a way to clear what is done. */
export function Foot({ filter, todos, group, onRemove }: FootProps): JSX.Element {
  const done = todos.filter((todo) => todo.done)
  return (
    <footer className="foot">
      <span className="count" role="status" aria-label="Items left">
        {leftWords(todos.length - done.length)}
      </span>
      <nav className="filters" aria-label="Filter">
        {filters.map(([name, label, hash]) => (
          <a
            key={name}
            href={hash}
            className="filter"
            aria-current={name === filter ? 'page' : undefined}
          >
            {label}
          </a>
        ))}
      </nav>
      {done.length > 0 && (
        <button
          type="button"
          className="button is-quiet is-small clear"
          onClick={() =>
            group('Clear completed', () => {
              for (const { id } of done) onRemove(id)
            })
          }
        >
          Clear completed
        </button>
      )}
    </footer>
  )
}
