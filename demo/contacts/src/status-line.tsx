import { type JSX, useEffect, useState } from 'react'
import { useConnection, useSyncStatus } from 'react-collab'
import { statusWords } from './status-words.js'
import { useWorkOffline } from './work-offline.js'

/** A change is read out once it has stood this long. */
const SETTLED_MS = 700

/** How the edits of this device stand, in plain words. */
export function StatusLine(): JSX.Element {
  const status = useSyncStatus({ smooth: true })
  const { status: line, reconnect } = useConnection()
  const [isOffline] = useWorkOffline()
  const connection = !isOffline && line === 'offline' ? 'connecting' : line
  const { text, tone } = statusWords(status, connection)
  return (
    <div className={`status is-${tone}`} data-state={status.state}>
      <span className="status-dot" aria-hidden="true" />
      <span className="status-text" aria-hidden="true">
        {text}
      </span>
      <span className="unseen" role="status" aria-label="Sync status">
        {useSettled(text)}
      </span>
      {line === 'waiting' && (
        <button type="button" className="button is-plain is-small" onClick={reconnect}>
          Connect now
        </button>
      )}
    </div>
  )
}

/** The text once it has stopped changing, so that nobody is read a countdown. */
function useSettled(text: string): string {
  const [settled, setSettled] = useState(text)
  useEffect(() => {
    const timer = setTimeout(() => setSettled(text), SETTLED_MS)
    return () => clearTimeout(timer)
  }, [text])
  return settled
}
