import type { JSX } from 'react'
import type { Filter } from './filter.js'

interface NoMatchProps {
  readonly onFilter: (change: Partial<Filter>) => void
}

/** Shown where the filter leaves nothing. */
export function NoMatch({ onFilter }: NoMatchProps): JSX.Element {
  return (
    <div className="rows-none">
      <h2>Nothing found</h2>
      <button
        type="button"
        className="button"
        onClick={() =>
          onFilter({ search: '', device: undefined, tag: undefined, album: undefined })
        }
      >
        Show everything
      </button>
    </div>
  )
}
