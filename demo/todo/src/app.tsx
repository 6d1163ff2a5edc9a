import { type JSX, useCallback, useMemo } from 'react'
import { useList, useUndo } from 'react-collab'
import { strandedWords } from '../../shell/branch-words.js'
import { RefusedPanel } from '../../shell/refused-panel.js'
import { Unreadable } from '../../shell/unreadable.js'
import { UpdatePrompt } from '../../shell/update-prompt.js'
import { useObjectBranch } from '../../shell/use-object-branch.js'
import { useUndoKeys } from '../../shell/use-undo-keys.js'
import { BranchBar } from './branch-bar.js'
import { Foot } from './foot.js'
import { Header } from './header.js'
import { LostDraft } from './lost-draft.js'
import { NewTodo } from './new-todo.js'
import { isShown, refusedText, type TodoFields, TODOS } from './todo.js'
import { TodoList } from './todo-list.js'
import { ToggleAll } from './toggle-all.js'
import { useDrafts } from './use-drafts.js'
import { useFilter } from './use-filter.js'

/** The page. */
export function App({ list }: { readonly list: string }): JSX.Element {
  const branch = useObjectBranch(list, names)
  const { shown: object, side } = branch
  const todos = useList<TodoFields>(object, TODOS)
  const { add: addTo } = todos
  const add = useCallback((text: string) => void addTo({ text, done: false }), [addTo])
  // Both remember, whichever is shown.
  const undos = { shared: useUndo(list), branch: useUndo(branch.target) }
  const undo = undos[side]
  useUndoKeys(undo)
  const filter = useFilter()
  const all = todos.data ?? noTodos
  const shown = useMemo(() => all.filter((todo) => isShown(filter, todo)), [all, filter])
  const drafts = useDrafts(object, shown)
  const isEmpty = all.length === 0
  return (
    <>
      <Header list={list} undo={undo} />
      <main className="page">
        <h1 className="headline">todos</h1>
        {drafts.lost.map((draft) => (
          <LostDraft
            key={`${draft.object} ${draft.id}`}
            draft={draft}
            onAdd={() => {
              add(draft.text.trim())
              drafts.forget(draft)
            }}
            onForget={() => drafts.forget(draft)}
          />
        ))}
        <BranchBar branch={branch} />
        <section className="sheet" data-side={side} aria-label="Todos">
          <div className="new">
            {!isEmpty && <ToggleAll todos={all} group={undo.group} onUpdate={todos.update} />}
            <NewTodo status={branch.status === 'loading' ? 'loading' : todos.status} onAdd={add} />
          </div>
          {todos.status === 'loading' && <p className="note">Opening…</p>}
          {todos.status === 'failed' && side === 'shared' && (
            <Unreadable object={list} what="list" error={todos.error} />
          )}
          {todos.status === 'ready' && isEmpty && (
            <p className="note">
              Nothing to do. Add something, open this page in a second window, and pull the plug.
            </p>
          )}
          {!isEmpty && (
            <>
              <TodoList
                key={`${object} ${filter}`}
                all={all}
                shown={shown}
                drafts={drafts}
                actions={todos}
              />
              {shown.length === 0 && <p className="note">{emptyWords[filter]}</p>}
              <Foot filter={filter} todos={all} group={undo.group} onRemove={todos.remove} />
            </>
          )}
        </section>
        {!isEmpty && (
          <p className="tips">
            Double-click a todo to edit it. Drag the dots to reorder, or press ↑ and ↓ on them.
          </p>
        )}
        <RefusedPanel
          object={branch.target}
          textOf={refusedText}
          title={(count) => strandedWords(names, count)}
          intro="The shared list no longer has what they change: the server refused it. Nothing is lost."
        />
        <RefusedPanel object={list} textOf={refusedText} />
        <div className="toasts">
          <UpdatePrompt />
        </div>
      </main>
    </>
  )
}

const names = { branch: 'branch', shared: 'shared list' }

const noTodos: readonly never[] = []

const emptyWords = {
  all: '',
  active: 'Everything is done.',
  completed: 'Nothing is done yet.',
}
