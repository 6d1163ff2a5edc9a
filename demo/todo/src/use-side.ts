import { useCallback, useState } from 'react'

/** The two that a tab can show while there is a branch. */
export type Side = 'branch' | 'list'

const KEY = 'todo: side'

/** Which of the two this tab shows: the branch, until the person chooses; kept over a reload. */
export function useSide(): readonly [Side, (side: Side) => void] {
  const [side, setSide] = useState(readSide)
  const choose = useCallback((next: Side) => {
    setSide(next)
    try {
      sessionStorage.setItem(KEY, next)
    } catch {
      // Without storage the choice lasts as long as the page.
    }
  }, [])
  return [side, choose]
}

function readSide(): Side {
  try {
    return sessionStorage.getItem(KEY) === 'list' ? 'list' : 'branch'
  } catch {
    return 'branch'
  }
}
