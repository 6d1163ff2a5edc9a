import { type RefObject, useEffect, useRef } from 'react'

/** Takes the focus that was lost as what had it made room for this, if it is to; none that anything has. */
export function useCaughtFocus<E extends HTMLElement>(isWanted = true): RefObject<E | null> {
  const element = useRef<E>(null)
  useEffect(() => {
    if (isWanted && document.activeElement === document.body)
      element.current?.focus({ preventScroll: true })
    // oxlint-disable-next-line react/exhaustive-deps -- only as it comes
  }, [])
  return element
}
