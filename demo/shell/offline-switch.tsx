import type { JSX } from 'react'
import { useWorkOffline } from './work-offline.js'

/** Cuts the line to the server, and mends it. */
export function OfflineSwitch(): JSX.Element {
  const [isOffline, turn] = useWorkOffline()
  return (
    <button
      type="button"
      role="switch"
      className="switch"
      aria-label="Work offline"
      aria-checked={isOffline}
      onClick={() => turn(!isOffline)}
    >
      <span className="switch-track" aria-hidden="true" />
      <span>
        <span className="switch-verb">Work </span>offline
      </span>
    </button>
  )
}
