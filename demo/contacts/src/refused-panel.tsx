import type { JSX } from 'react'
import { saveAsFile } from '../../shell/save-as-file.js'
import { Icon } from '../../shell/icons.js'
import { useRefused } from './marks.js'
import { usePage } from './page-context.js'
import { RefusedCard } from './refused-card.js'

/** Edits that the server refused: what, why, when, and what to do about them. */
export function RefusedPanel(): JSX.Element {
  const { book } = usePage()
  const rejected = useRefused()
  return (
    <div className="panel">
      <div className="panel-head">
        <h2>Refused edits</h2>
        {rejected.length > 0 && (
          <button
            type="button"
            className="button"
            onClick={() => saveAsFile(`refused-edits-${book}.json`, rejected)}
          >
            <Icon name="down" />
            Export
          </button>
        )}
      </div>
      <p className="panel-lead">
        {rejected.length === 0
          ? 'The server has taken everything so far. What it refuses is kept here until you decide.'
          : 'The server did not take these. Nothing is lost: correct them, try again, or let them go.'}
      </p>
      <ul className="cards">
        {rejected.map((each) => (
          <RefusedCard key={each.key} refused={each} />
        ))}
      </ul>
    </div>
  )
}
