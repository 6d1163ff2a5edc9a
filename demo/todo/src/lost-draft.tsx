import type { JSX } from 'react'
import type { Draft } from './use-drafts.js'

interface LostDraftProps {
  readonly draft: Draft
  readonly onAdd: () => void
  readonly onForget: () => void
}

/** Gives back what somebody was writing into a todo that is gone. */
export function LostDraft({ draft, onAdd, onForget }: LostDraftProps): JSX.Element {
  return (
    <section className="lost" role="alert" aria-label="Not saved">
      <p>
        The todo that you were editing is not here any more. You wrote: <bdi>{draft.text}</bdi>
      </p>
      <div className="lost-tools">
        <button type="button" className="button is-small" onClick={onAdd}>
          Add it as a new one
        </button>
        <button type="button" className="button is-quiet is-small" onClick={onForget}>
          Let it go
        </button>
      </div>
    </section>
  )
}
