import { type JSX, useCallback, useEffect, useMemo, useRef, useState } from 'react'
import type { ListActions } from 'react-collab'
import { neighbourAt, shiftOf, type Todo, type TodoFields } from './todo.js'
import { TodoItem } from './todo-item.js'
import { useDrag } from './use-drag.js'
import type { Drafts } from './use-drafts.js'

interface TodoListProps {
  readonly all: readonly Todo[]
  readonly shown: readonly Todo[]
  readonly drafts: Drafts
  readonly actions: Pick<ListActions<TodoFields>, 'moveBefore' | 'remove' | 'update'>
}

/** The todos that a filter shows, to be reordered by pointer and by keyboard. */
export function TodoList({ all, shown, drafts, actions }: TodoListProps): JSX.Element {
  const { moveBefore, remove, update } = actions
  const list = useRef<HTMLUListElement>(null)
  const [said, say] = useState('')
  const ids = useMemo(() => shown.map(({ id }) => id), [shown])
  // One that stays the same, so that a move renders none of the items.
  const latest = useRef({ all, shown })
  useEffect(() => {
    latest.current = { all, shown }
  })

  const moveTo = useCallback(
    (id: string, index: number) => {
      const now = latest.current
      moveBefore(id, neighbourAt(now.all, now.shown, id, index))
      const text = now.shown.find((todo) => todo.id === id)?.text ?? ''
      const to = Math.min(Math.max(index, 0), now.shown.length - 1)
      say(`${text} is now ${to + 1} of ${now.shown.length}`)
    },
    [moveBefore],
  )
  const moveBy = useCallback(
    (id: string, steps: number) => {
      const from = latest.current.shown.findIndex((todo) => todo.id === id)
      moveTo(id, from + steps)
    },
    [moveTo],
  )
  const [drag, begin] = useDrag(list, ids, moveTo)
  const from = drag === undefined ? -1 : ids.indexOf(drag.id)

  return (
    <>
      <ul ref={list} className="todos" data-dragging={drag === undefined ? undefined : true}>
        {shown.map((todo, index) => (
          <TodoItem
            key={todo.id}
            todo={todo}
            draft={drafts.open.get(todo.id)}
            onDraft={drafts.keep}
            isDragged={drag?.id === todo.id}
            shift={
              drag === undefined
                ? 0
                : index === from
                  ? drag.dy
                  : shiftOf(index, from, drag.to, drag.height)
            }
            onGrab={begin}
            onMoveBy={moveBy}
            onUpdate={update}
            onRemove={remove}
          />
        ))}
      </ul>
      <p className="unseen" role="status" aria-label="Moves">
        {said}
      </p>
    </>
  )
}
