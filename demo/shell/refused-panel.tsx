import { type JSX, useMemo } from 'react'
import { type Rejected, useOutbox } from 'react-collab'
import { saveAsFile } from './save-as-file.js'
import { timeAgo } from './time-ago.js'
import { useNow } from './use-now.js'

interface RefusedPanelProps {
  /** The object whose refused edits are shown. */
  readonly object: string
  /** What an edit would have written, in words. */
  readonly textOf: (edit: Rejected) => string
}

/** Edits that the server refused: what, why, when, and what to do about them; else nothing. */
export function RefusedPanel({ object, textOf }: RefusedPanelProps): JSX.Element | null {
  const { rejected, retry, discard } = useOutbox()
  const refused = useMemo(
    () => rejected.filter((each) => each.object === object),
    [rejected, object],
  )
  const now = useNow()
  if (refused.length === 0) return null
  return (
    <details className="refused">
      <summary>
        {refused.length} refused {refused.length === 1 ? 'edit' : 'edits'}
      </summary>
      <p>The server did not take these. Nothing is lost: try again, export, or let them go.</p>
      <ul>
        {refused.map((each) => (
          <li key={each.key} className="refused-edit">
            <p>
              <bdi>{textOf(each)}</bdi>
              <span className="refused-why">
                {each.message}, {timeAgo(each.at, now)}
              </span>
            </p>
            <button type="button" className="button is-small" onClick={() => void retry(each.key)}>
              Try again
            </button>
            <button
              type="button"
              className="button is-small"
              onClick={() => saveAsFile('refused-edit.json', each)}
            >
              Export
            </button>
            <button
              type="button"
              className="button is-small is-danger"
              onClick={() => void discard(each.key)}
            >
              Discard
            </button>
          </li>
        ))}
      </ul>
    </details>
  )
}
