import {
  type JSX,
  type KeyboardEvent,
  memo,
  type MemoExoticComponent,
  type PointerEvent as ReactPointerEvent,
} from 'react'
import { Icon } from '../../shell/icons.js'
import type { Todo, TodoFields } from './todo.js'
import { TodoText } from './todo-text.js'
import type { Draft, Drafts } from './use-drafts.js'

interface TodoItemProps {
  readonly todo: Todo
  /** What is written while it is edited. */
  readonly draft: Draft | undefined
  readonly isDragged: boolean
  /** How far it is out of its place while something is dragged, in pixels. */
  readonly shift: number
  readonly onDraft: Drafts['keep']
  readonly onGrab: (id: string, event: ReactPointerEvent) => void
  readonly onMoveBy: (id: string, steps: number) => void
  readonly onUpdate: (id: string, fields: TodoFields) => unknown
  readonly onRemove: (id: string) => unknown
}

const steps: Readonly<Record<string, number>> = {
  ArrowUp: -1,
  ArrowDown: 1,
  Home: Number.NEGATIVE_INFINITY,
  End: Number.POSITIVE_INFINITY,
}

/** One todo. */
export const TodoItem: MemoExoticComponent<(props: TodoItemProps) => JSX.Element> = memo(
  function TodoItem({
    todo,
    draft,
    isDragged,
    shift,
    onDraft,
    onGrab,
    onMoveBy,
    onUpdate,
    onRemove,
  }: TodoItemProps) {
    const { id, text = '', done = false } = todo
    const edit = (next: string | undefined): void => onDraft(id, next)

    function onKeyDown(event: KeyboardEvent<HTMLButtonElement>): void {
      const by = steps[event.key]
      if (by === undefined) return
      event.preventDefault()
      onMoveBy(id, by)
      // A row that moves within the page loses the focus.
      const handle = event.currentTarget
      requestAnimationFrame(() => handle.focus())
    }

    function finish(written: string | undefined): void {
      const next = written?.trim()
      if (next === '') onRemove(id)
      else if (next !== undefined) onUpdate(id, { text: next })
      edit(undefined)
    }

    return (
      <li
        className="todo"
        data-done={done || undefined}
        data-dragged={isDragged || undefined}
        style={shift === 0 ? undefined : { transform: `translateY(${shift}px)` }}
      >
        <button
          type="button"
          className="grip"
          aria-label={`Move ${text}`}
          title="Drag, or press ↑ and ↓"
          onPointerDown={(event) => onGrab(id, event)}
          onKeyDown={onKeyDown}
        >
          <Icon name="grip" />
        </button>
        {draft !== undefined ? (
          <TodoText draft={draft} onDraft={edit} onEnd={finish} />
        ) : (
          <>
            <label className="check">
              <input
                type="checkbox"
                aria-label={text}
                checked={done}
                onChange={() => onUpdate(id, { done: !done })}
              />
              <Icon name="check" />
            </label>
            <bdi className="text" onDoubleClick={() => edit(text)}>
              {text}
            </bdi>
            <button
              type="button"
              className="icon-button act edit"
              aria-label={`Edit ${text}`}
              onClick={() => edit(text)}
            >
              <Icon name="pencil" />
            </button>
            <button
              type="button"
              className="icon-button act"
              aria-label={`Delete ${text}`}
              onClick={() => onRemove(id)}
            >
              <Icon name="close" />
            </button>
          </>
        )}
      </li>
    )
  },
)
