import { useCallback, useState } from 'react'

/** The two that a tab can show while there is a branch. */
export type Side = 'branch' | 'shared'

/** Which of the two this tab shows: the branch, until the person chooses; kept over a reload under `key`. */
export function useSide(key: string): readonly [Side, (side: Side) => void] {
  const [side, setSide] = useState(() => readSide(key))
  const choose = useCallback(
    (next: Side) => {
      setSide(next)
      try {
        sessionStorage.setItem(key, next)
      } catch {
        // Without storage the choice lasts as long as the page.
      }
    },
    [key],
  )
  return [side, choose]
}

function readSide(key: string): Side {
  try {
    return sessionStorage.getItem(key) === 'shared' ? 'shared' : 'branch'
  } catch {
    return 'branch'
  }
}
