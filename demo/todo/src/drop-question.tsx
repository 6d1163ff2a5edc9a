import type { JSX } from 'react'
import { dropQuestion, dropWords } from './branch-words.js'
import type { TodoBranch } from './use-todo-branch.js'

interface DropQuestionProps {
  readonly branch: TodoBranch
  readonly onEnd: () => void
}

/** Asks before edits are lost. */
export function DropQuestion({ branch, onEnd }: DropQuestionProps): JSX.Element {
  const { ahead, drop } = branch
  return (
    <div
      className="branch-tools"
      role="group"
      aria-label="Drop the branch?"
      onKeyDown={({ key }) => key === 'Escape' && onEnd()}
    >
      <p className="branch-question" role="alert">
        {dropQuestion(ahead)}
      </p>
      <button type="button" className="button is-small is-danger" onClick={drop}>
        {dropWords(ahead)}
      </button>
      <button type="button" className="button is-small" autoFocus onClick={onEnd}>
        Keep it
      </button>
    </div>
  )
}
