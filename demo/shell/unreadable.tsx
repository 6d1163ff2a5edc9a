import { type JSX, useState } from 'react'
import { type RowsState, useClient } from 'react-collab'

interface UnreadableProps {
  /** The object that cannot be read. */
  readonly object: string
  /** What it is to a person, such as “address book”. */
  readonly what: string
  readonly error: NonNullable<RowsState<unknown>['error']>
}

/** Stands where an object would be that this disk does not give, and offers what helps. */
export function Unreadable({ object, what, error }: UnreadableProps): JSX.Element {
  const client = useClient()
  const [isBusy, setBusy] = useState(false)
  const isDamaged = error.code === 'CORRUPT'

  async function help(): Promise<void> {
    if (!isDamaged) return location.reload()
    setBusy(true)
    // What goes wrong is said by the status line.
    await client.reload(object).catch(() => undefined)
    setBusy(false)
  }

  return (
    <div className="unreadable" role="alert">
      <h2>This {what} cannot be read</h2>
      <p>
        {isDamaged
          ? 'What this device has stored of it is damaged. Everything that was sent can be had from the server; of what was not, all that can be read is kept.'
          : 'This device does not give what it has stored. Nothing is lost by that: try once more.'}
      </p>
      <button
        type="button"
        className="button is-primary"
        disabled={isBusy}
        onClick={() => void help()}
      >
        {isDamaged ? 'Load it from the server' : 'Reload the page'}
      </button>
    </div>
  )
}
