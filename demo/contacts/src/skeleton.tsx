import type { JSX } from 'react'

const rows = [0, 1, 2, 3, 4, 5]

/** The shape of a list, until the disk has been read. */
export function Skeleton(): JSX.Element {
  return (
    <div className="skeleton" role="status" aria-label="Loading contacts">
      {rows.map((row) => (
        <div key={row} className="skeleton-row" aria-hidden="true">
          <span className="skeleton-disc" />
          <span className="skeleton-lines" />
        </div>
      ))}
    </div>
  )
}
