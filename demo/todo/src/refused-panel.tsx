import type { JSX } from 'react'
import { type Rejected, useOutbox } from 'react-collab'
import { saveAsFile } from '../../shell/save-as-file.js'
import { timeAgo } from '../../shell/time-ago.js'
import { useNow } from '../../shell/use-now.js'

/** Edits that the server refused: what, why, when, and what to do about them. */
export function RefusedPanel({ refused }: { readonly refused: readonly Rejected[] }): JSX.Element {
  const { retry, discard } = useOutbox()
  const now = useNow()
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

/** What the edit would have written, in words. */
function textOf({ event: [, , patches] }: Rejected): string {
  const text = patches.find(([kind, , field]) => kind === '=' && field === 'text')?.[3]
  return typeof text === 'string' ? text : 'A change without text'
}
