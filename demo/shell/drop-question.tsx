import type { JSX } from 'react'
import { dropQuestion, dropWords } from './branch-words.js'
import type { ObjectBranch } from './use-object-branch.js'

interface DropQuestionProps {
  readonly branch: ObjectBranch
  readonly onEnd: () => void
}

/** Asks before edits are lost. */
export function DropQuestion({ branch, onEnd }: DropQuestionProps): JSX.Element {
  const { names, ahead, drop } = branch
  return (
    <div
      className="branch-tools"
      role="group"
      aria-label={`Drop the ${names.branch}?`}
      onKeyDown={({ key }) => key === 'Escape' && onEnd()}
    >
      <p className="branch-question" role="alert">
        {dropQuestion(names, ahead)}
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
