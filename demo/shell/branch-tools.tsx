import type { JSX } from 'react'
import { Icon } from './icons.js'
import { pushWords } from './branch-words.js'
import { useCaughtFocus } from './use-caught-focus.js'
import type { ObjectBranch } from './use-object-branch.js'

interface BranchToolsProps {
  readonly branch: ObjectBranch
  /** Do they come back from the question whether to drop it? */
  readonly isBack: boolean
  readonly onAsk: () => void
}

/** What can be done with a branch. */
export function BranchTools({ branch, isBack, onAsk }: BranchToolsProps): JSX.Element {
  const { ahead, push, pull, drop } = branch
  const dropButton = useCaughtFocus<HTMLButtonElement>(isBack)
  const isEmpty = ahead === 0
  return (
    <div className="branch-tools">
      {/* It keeps the focus when there is nothing left to push. */}
      <button
        type="button"
        className="button is-primary is-small"
        aria-disabled={isEmpty}
        onClick={() => !isEmpty && push()}
      >
        <Icon name="up" />
        {pushWords(ahead)}
      </button>
      <button type="button" className="button is-small" onClick={pull}>
        <Icon name="down" />
        Get latest
      </button>
      <button
        ref={dropButton}
        type="button"
        className="button is-quiet is-small"
        onClick={isEmpty ? drop : onAsk}
      >
        Drop
      </button>
    </div>
  )
}
