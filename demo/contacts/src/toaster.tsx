import { type JSX, useEffect, useState, useSyncExternalStore } from 'react'
import { Icon } from './icons.js'
import { usePage } from './page-context.js'
import type { Toast } from './toast-list.js'

const SHOWN_MS = 8000

/** Words at the foot of the page that go away by themselves. */
export function Toaster(): JSX.Element {
  const { toasts } = usePage()
  const shown = useSyncExternalStore(toasts.subscribe, toasts.read)
  return (
    <div className="toasts" role="status" aria-label="Messages">
      {shown.map((toast) => (
        <ToastLine key={toast.key} toast={toast} onClose={() => toasts.close(toast.key)} />
      ))}
    </div>
  )
}

interface ToastLineProps {
  readonly toast: Toast
  readonly onClose: () => void
}

/** One word; it stays as long as someone points at it or stands in it. */
function ToastLine({ toast, onClose }: ToastLineProps): JSX.Element {
  const [isHeld, setHeld] = useState(false)
  const { key } = toast
  const { toasts } = usePage()
  useEffect(() => {
    if (isHeld) return undefined
    const timer = setTimeout(() => toasts.close(key), SHOWN_MS)
    return () => clearTimeout(timer)
  }, [isHeld, key, toasts])
  return (
    <div
      className="toast"
      onPointerEnter={() => setHeld(true)}
      onPointerLeave={() => setHeld(false)}
      onFocus={() => setHeld(true)}
      onBlur={() => setHeld(false)}
    >
      <span className="toast-text">{toast.text}</span>
      {toast.action && (
        <button
          type="button"
          className="button is-plain"
          onClick={() => {
            toast.action?.run()
            onClose()
          }}
        >
          {toast.action.label}
        </button>
      )}
      <button type="button" className="icon-button" aria-label="Dismiss" onClick={onClose}>
        <Icon name="close" />
      </button>
    </div>
  )
}
