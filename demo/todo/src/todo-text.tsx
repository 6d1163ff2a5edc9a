import { type JSX, type KeyboardEvent, useRef, useState } from 'react'
import { writeTrouble } from './todo.js'
import { Trouble } from './trouble.js'
import type { Draft } from './use-drafts.js'

/** Puts the caret behind the text once it is there. */
const toEnd = (input: HTMLInputElement | null): void =>
  input?.setSelectionRange(input.value.length, input.value.length)

interface TodoTextProps {
  readonly draft: Draft
  readonly onDraft: (text: string) => void
  /** With the text, or without one when it was given up; throws when it cannot be written. */
  readonly onEnd: (text: string | undefined) => void
}

/** A todo that is edited: Enter or leaving writes it, Escape gives it up. */
export function TodoText({ draft: { before, text }, onDraft, onEnd }: TodoTextProps): JSX.Element {
  // Ending takes the field away, which is leaving it once more.
  const hasEnded = useRef(false)
  const [trouble, setTrouble] = useState<string>()

  function end(written: string | undefined): void {
    if (hasEnded.current) return
    try {
      hasEnded.current = true
      // What others wrote meanwhile is not overwritten by what was not changed here.
      onEnd(written === before ? undefined : written)
    } catch (error) {
      hasEnded.current = false
      setTrouble(writeTrouble(error, text))
    }
  }

  function onKeyDown(event: KeyboardEvent): void {
    if (event.nativeEvent.isComposing) return
    if (event.key === 'Enter') end(text)
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
        value={text}
        onChange={(event) => onDraft(event.target.value)}
        onBlur={() => end(text)}
        onKeyDown={onKeyDown}
      />
      <Trouble text={trouble} />
    </div>
  )
}
