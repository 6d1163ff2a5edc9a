import {
  type JSX,
  type KeyboardEvent,
  type ReactNode,
  useEffect,
  useRef,
  useState,
  useSyncExternalStore,
} from 'react'
import { Icon } from './icons.js'
import type { Toast, Toasts } from './toast-list.js'

const SHOWN_MS = 8000

interface ToasterProps {
  readonly toasts: Toasts
  /** Puts the keyboard somewhere when the word that it stood in goes. */
  readonly onLeave: () => void
  /** What stays until it is answered. */
  readonly children: ReactNode
}

/** Words that go away by themselves, where they cover nothing that can be pressed. */
export function Toaster({ toasts, onLeave, children }: ToasterProps): JSX.Element {
  const shown = useSyncExternalStore(toasts.subscribe, toasts.read)
  return (
    <div className="toasts" role="status" aria-label="Messages">
      {shown.map((toast) => (
        <ToastLine
          key={toast.key}
          toast={toast}
          onLeave={onLeave}
          onClose={() => toasts.close(toast.key)}
        />
      ))}
      {children}
    </div>
  )
}

interface ToastLineProps {
  readonly toast: Toast
  readonly onLeave: () => void
  readonly onClose: () => void
}

/** One word; it stays as long as someone points at it, stands in it, or looks elsewhere. */
function ToastLine({ toast, onLeave, onClose }: ToastLineProps): JSX.Element {
  const [isHeld, setHeld] = useState(false)
  const line = useRef<HTMLDivElement>(null)
  useTimeout(SHOWN_MS, isHeld, onClose)

  function close(): void {
    // The keyboard does not fall out of the page with what it stood in.
    if (line.current?.contains(document.activeElement)) onLeave()
    onClose()
  }

  function onKeyDown(event: KeyboardEvent): void {
    if (event.key === 'Escape') close()
  }

  return (
    <div
      ref={line}
      className="toast"
      // A pointer that happens to be there does not hold it; one that moves there does.
      onPointerMove={() => setHeld(true)}
      onPointerLeave={() => setHeld(false)}
      onFocus={() => setHeld(true)}
      onBlur={() => setHeld(false)}
      onKeyDown={onKeyDown}
    >
      <span className="toast-text">{toast.text}</span>
      {toast.action && (
        <button
          type="button"
          className="button is-plain"
          onClick={() => {
            close()
            toast.action?.run()
          }}
        >
          {toast.action.label}
        </button>
      )}
      <button type="button" className="icon-button" aria-label="Dismiss" onClick={close}>
        <Icon name="close" />
      </button>
    </div>
  )
}

/** Calls back once a page in front has shown something for so long; being held begins anew. */
function useTimeout(ms: number, isHeld: boolean, onEnd: () => void): void {
  const end = useRef(onEnd)
  useEffect(() => {
    end.current = onEnd
  })
  useEffect(() => {
    if (isHeld) return undefined
    let timer: ReturnType<typeof setTimeout> | undefined
    function begin(): void {
      clearTimeout(timer)
      if (!document.hidden) timer = setTimeout(() => end.current(), ms)
    }
    begin()
    document.addEventListener('visibilitychange', begin)
    return () => {
      clearTimeout(timer)
      document.removeEventListener('visibilitychange', begin)
    }
  }, [ms, isHeld])
}
