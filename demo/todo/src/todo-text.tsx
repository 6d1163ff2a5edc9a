import { type JSX, type KeyboardEvent, useRef, useState } from 'react'
import { writeTrouble } from './todo.js'
import { Trouble } from './trouble.js'

/** Puts the caret behind the text once it is there. */
const toEnd = (input: HTMLInputElement | null): void =>
  input?.setSelectionRange(input.value.length, input.value.length)

interface TodoTextProps {
  readonly text: string
  /** With the text, or without one when it was given up; throws when it cannot be written. */
  readonly onEnd: (text: string | undefined) => void
}

/** A todo that is edited: Enter or leaving writes it, Escape gives it up. */
export function TodoText({ text, onEnd }: TodoTextProps): JSX.Element {
  const [draft, setDraft] = useState(text)
  // Ending takes the field away, which is leaving it once more.
  const hasEnded = useRef(false)
  const [trouble, setTrouble] = useState<string>()

  function end(written: string | undefined): void {
    if (hasEnded.current) return
    try {
      hasEnded.current = true
      onEnd(written === text ? undefined : written)
    } catch (error) {
      hasEnded.current = false
      setTrouble(writeTrouble(error, draft))
    }
  }

  function onKeyDown(event: KeyboardEvent): void {
    if (event.nativeEvent.isComposing) return
    if (event.key === 'Enter') end(draft)
    else if (event.key === 'Escape') end(undefined)
  }

  return (
    <div className="text-edit">
      <input
        ref={toEnd}
        className="text-input"
        aria-label="Edit todo"
        aria-invalid={trouble !== undefined}
        dir="auto"
        autoFocus
        value={draft}
        onChange={(event) => setDraft(event.target.value)}
        onBlur={() => end(draft)}
        onKeyDown={onKeyDown}
      />
      <Trouble text={trouble} />
    </div>
  )
}
