/** A word that goes away by itself. */
export interface Toast {
  readonly key: number
  readonly text: string
  readonly action?: ToastAction
}

/** What a toast offers. */
export interface ToastAction {
  readonly label: string
  /** Whether Ctrl+Z does it too. */
  readonly isUndo?: boolean
  readonly run: () => void
}

const MOST = 3

/** The toasts of a page; a store outside React. */
export interface Toasts {
  readonly read: () => readonly Toast[]
  readonly subscribe: (listener: () => void) => () => void
  /** Gives the key to close it by. */
  readonly show: (text: string, action?: ToastAction) => number
  readonly close: (key: number) => void
}

/** Makes an empty list of toasts. */
export function createToasts(): Toasts {
  const listeners = new Set<() => void>()
  let toasts: readonly Toast[] = []
  let lastKey = 0
  function set(next: readonly Toast[]): void {
    toasts = next
    for (const listener of listeners) listener()
  }
  return {
    read: () => toasts,
    subscribe(listener) {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
    show(text, action) {
      lastKey += 1
      const toast = { key: lastKey, text, ...(action && { action }) }
      // Said again, it is said once.
      const others = toasts.filter((each) => each.text !== text)
      set([...others, toast].slice(-MOST))
      return toast.key
    },
    close: (key) => set(toasts.filter((toast) => toast.key !== key)),
  }
}
