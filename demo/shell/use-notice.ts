import { useCallback, useEffect, useState } from 'react'

/** Good news goes by itself. */
const GOOD_MS = 6000

/** What was just done, or why it was not. */
export interface Notice {
  readonly tone: 'good' | 'bad'
  readonly text: string
}

/** One line of news; the next one takes its place. */
export function useNotice(): readonly [
  notice: Notice | undefined,
  say: (notice: Notice | undefined) => void,
] {
  const [notice, setNotice] = useState<Notice>()
  useEffect(() => {
    if (notice?.tone !== 'good') return undefined
    const timer = setTimeout(() => setNotice(undefined), GOOD_MS)
    return () => clearTimeout(timer)
  }, [notice])
  return [notice, useCallback((next: Notice | undefined) => setNotice(next), [])]
}
