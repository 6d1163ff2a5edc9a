import { type JSX, type ReactNode, useEffect, useRef, useState } from 'react'
import { type ConnectionState, useConnection, useSyncStatus } from 'react-collab'
import { LostPanel } from './lost-panel.js'
import { type StatusWords, statusWords } from './status-words.js'
import { useWantsOffline } from './work-offline.js'

/** A change is read out once it has stood this long. */
const SETTLED_MS = 500

/** Words stand at least this long; those of work in progress, which may change with every edit, longer. */
const HELD_MS = 300
const HELD_BUSY_MS = 900

interface StatusLineProps {
  /** Who is signed in on this page, if it has accounts and somebody is. */
  readonly account?: string | undefined
  /** What stands beside the words. */
  readonly children?: ReactNode
}

/** How the edits of this device stand, in plain words. */
export function StatusLine({ account, children }: StatusLineProps): JSX.Element {
  const status = useSyncStatus({ smooth: true })
  const { status: line, reconnect } = useConnection()
  const isDown = useIsDown(line)
  const isTried = line === 'waiting' || line === 'connecting'
  const canConnect = status.state === 'offline' && isDown && isTried
  const { text, tone } = useHeld(statusWords(status, line, isDown))
  return (
    <div className={`status is-${tone}`} data-state={status.state}>
      <span className="status-dot" aria-hidden="true" />
      <p>
        <span className="status-text" aria-hidden="true">
          {text}
        </span>{' '}
        {canConnect && (
          <button
            type="button"
            className="status-button"
            aria-disabled={line === 'connecting'}
            onClick={reconnect}
          >
            Connect now
          </button>
        )}
      </p>
      {children}
      <LostPanel account={account} />
      <span className="unseen" role="status" aria-label="Sync status">
        {useSettled(text)}
      </span>
    </div>
  )
}

/** Whether there is no line, by the person's wish or for want of a server; another try changes nothing. */
function useIsDown(line: ConnectionState['status']): boolean {
  const isOffline = useWantsOffline()
  const [hasFailed, setFailed] = useState(false)
  if (hasFailed ? line === 'online' || line === 'offline' : line === 'waiting')
    setFailed(!hasFailed)
  return isOffline || hasFailed
}

/** Shows words for a while at least, so that they can be read; only what comes last is shown next. */
function useHeld(words: StatusWords): StatusWords {
  const [held, setHeld] = useState(words)
  const since = useRef(0)
  const heldMs = held.tone === 'busy' ? HELD_BUSY_MS : HELD_MS
  useEffect(() => {
    const waitMs = Math.max(0, since.current + heldMs - performance.now())
    const timer = setTimeout(() => {
      since.current = performance.now()
      setHeld(words)
    }, waitMs)
    return () => clearTimeout(timer)
    // oxlint-disable-next-line react/exhaustive-deps -- the words are new at each render
  }, [words.text, words.tone, heldMs])
  return held
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
