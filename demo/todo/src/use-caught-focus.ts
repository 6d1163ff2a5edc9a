import { type RefObject, useEffect, useRef } from 'react'

/** Takes the focus that was lost as what had it made room for this; none that anything has. */
export function useCaughtFocus<E extends HTMLElement>(): RefObject<E | null> {
  const element = useRef<E>(null)
  useEffect(() => {
    if (document.activeElement === document.body) element.current?.focus({ preventScroll: true })
  }, [])
  return element
}
