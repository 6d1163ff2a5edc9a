import type { JSX } from 'react'
import { Icon } from '../../shell/icons.js'
import { useCaughtFocus } from '../../shell/use-caught-focus.js'

interface DraftButtonProps {
  /** Does it come back as a draft goes? */
  readonly isBack: boolean
  readonly onCreate: () => void
}

/** Begins a draft beside what is shared. */
export function DraftButton({ isBack, onCreate }: DraftButtonProps): JSX.Element {
  const button = useCaughtFocus<HTMLButtonElement>(isBack)
  return (
    <button
      ref={button}
      type="button"
      className="button is-plain draft-button"
      title="Write beside the shared notes: nobody sees it until you push it"
      onClick={onCreate}
    >
      <Icon name="branch" />
      Draft
    </button>
  )
}
