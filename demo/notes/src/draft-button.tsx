import type { JSX } from 'react'
import { Icon } from '../../shell/icons.js'
import { useCaughtFocus } from '../../shell/use-caught-focus.js'

/** Begins a draft beside what is shared. */
export function DraftButton({ onCreate }: { readonly onCreate: () => void }): JSX.Element {
  const button = useCaughtFocus<HTMLButtonElement>()
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
