import type { JSX } from 'react'
import type { Undo } from 'react-collab'
import { Icon } from '../../shell/icons.js'
import type { Todo } from './todo.js'

interface ToggleAllProps {
  readonly todos: readonly Todo[]
  readonly group: Undo['group']
  readonly onUpdate: (id: string, fields: { readonly done: boolean }) => unknown
}

/** Marks all as done, or none. */
export function ToggleAll({ todos, group, onUpdate }: ToggleAllProps): JSX.Element {
  const isDone = todos.every(({ done }) => done)
  return (
    <label className="toggle-all" title={isDone ? 'Mark all as active' : 'Mark all as complete'}>
      <input
        type="checkbox"
        checked={isDone}
        aria-label="Mark all as complete"
        onChange={() =>
          group('Toggle all', () => {
            for (const { id, done = false } of todos)
              if (done === isDone) onUpdate(id, { done: !isDone })
          })
        }
      />
      <Icon name="chevron" />
    </label>
  )
}
