import { type JSX, useEffect, useState } from 'react'
import { registerSW } from 'virtual:pwa-register'

const HOUR_MS = 3_600_000

/** Offers a new version of the page when there is one; nothing reloads by itself. */
export function UpdatePrompt(): JSX.Element | null {
  const [update, setUpdate] = useState<() => Promise<void>>()
  useEffect(() => {
    let timer: ReturnType<typeof setInterval> | undefined
    const reload = registerSW({
      onNeedRefresh: () => setUpdate(() => () => reload(true)),
      onRegisteredSW: (_url, registration) => {
        // An update that cannot be fetched, for want of a network, is looked for again later.
        const look = (): void => void registration?.update().catch(() => undefined)
        timer = setInterval(look, HOUR_MS)
      },
    })
    return () => clearInterval(timer)
  }, [])
  if (update === undefined) return null
  return (
    <div className="toast">
      <span className="toast-text">A new version of this page is ready.</span>
      <button type="button" className="button is-plain" onClick={() => void update()}>
        Reload
      </button>
      <button type="button" className="button is-plain" onClick={() => setUpdate(undefined)}>
        Later
      </button>
    </div>
  )
}
