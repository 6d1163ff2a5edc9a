import { type JSX, type KeyboardEvent, useRef, useState } from 'react'

interface TodoTextProps {
  readonly text: string
  /** With the text, or without one when it was given up. */
  readonly onEnd: (text: string | undefined) => void
}

/** A todo that is edited: Enter or leaving writes it, Escape gives it up. */
export function TodoText({ text, onEnd }: TodoTextProps): JSX.Element {
  const [draft, setDraft] = useState(text)
  // Ending takes the field away, which is leaving it once more.
  const hasEnded = useRef(false)

  function end(written: string | undefined): void {
    if (hasEnded.current) return
    hasEnded.current = true
    onEnd(written === text ? undefined : written)
  }

  function onKeyDown(event: KeyboardEvent): void {
    if (event.nativeEvent.isComposing) return
    if (event.key === 'Enter') end(draft)
    else if (event.key === 'Escape') end(undefined)
  }

  return (
    <input
      className="text-input"
      aria-label="Edit todo"
      dir="auto"
      autoFocus
      value={draft}
      onChange={(event) => setDraft(event.target.value)}
      onFocus={(event) => event.target.setSelectionRange(text.length, text.length)}
      onBlur={() => end(draft)}
      onKeyDown={onKeyDown}
    />
  )
}
