import type { JSX } from 'react'

interface NoMatchProps {
  readonly search: string
  readonly onClear: () => void
}

/** Shown when a search finds nobody. */
export function NoMatch({ search, onClear }: NoMatchProps): JSX.Element {
  return (
    <div className="empty" role="status">
      <p>
        Nobody matches “<bdi>{search}</bdi>”.
      </p>
      <button type="button" className="button" onClick={onClear}>
        Clear the search
      </button>
    </div>
  )
}
