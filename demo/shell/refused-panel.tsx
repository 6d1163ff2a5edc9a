import { type JSX, useMemo, useState } from 'react'
import { type Rejected, useOutbox } from 'react-collab'
import { reasonOf } from './reason.js'
import { saveAsFile } from './save-as-file.js'
import { timeAgo } from './time-ago.js'
import { useNow } from './use-now.js'

interface RefusedPanelProps {
  /** The object whose refused edits are shown. */
  readonly object: string
  /** What an edit would have written, in words. */
  readonly textOf: (edit: Rejected) => string
  /** Says how many there are. */
  readonly title?: (count: number) => string
  /** Says what happened to them, and what is safe. */
  readonly intro?: string
}

const refusedWords = (count: number): string => `${count} refused ${count === 1 ? 'edit' : 'edits'}`

/** Edits that the server refused: what, why, when, and what to do about them; else nothing. */
export function RefusedPanel({
  object,
  textOf,
  title = refusedWords,
  intro = 'The server did not take these. Nothing is lost: try again, export, or let them go.',
}: RefusedPanelProps): JSX.Element | null {
  const { rejected, retry, discard } = useOutbox()
  const refused = useMemo(
    () => rejected.filter((each) => each.object === object),
    [rejected, object],
  )
  const now = useNow()
  const [trouble, setTrouble] = useState<string>()
  function tryAgain(key: number): void {
    setTrouble(undefined)
    retry(key).catch(({ message }: Error) => {
      setTrouble(`It could not be tried again: ${reasonOf(message)}`)
    })
  }
  if (refused.length === 0) return null
  return (
    <details className="refused">
      <summary>{title(refused.length)}</summary>
      <p>{intro}</p>
      {trouble !== undefined && (
        <p className="refused-why" role="alert">
          {trouble}
        </p>
      )}
      <ul>
        {refused.map((each) => (
          <li key={each.key} className="refused-edit">
            <p>
              <bdi>{textOf(each)}</bdi>
              <span className="refused-why">
                {each.message}, {timeAgo(each.at, now)}
              </span>
            </p>
            <button type="button" className="button is-small" onClick={() => tryAgain(each.key)}>
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
