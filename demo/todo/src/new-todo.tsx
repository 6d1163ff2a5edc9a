import { type JSX, type KeyboardEvent, useState } from 'react'

/** Where a todo is written; Enter adds it. */
export function NewTodo({ onAdd }: { readonly onAdd: (text: string) => void }): JSX.Element {
  const [text, setText] = useState('')
  function onKeyDown(event: KeyboardEvent): void {
    // Enter may also choose a word while one is composed of several keys.
    if (event.key !== 'Enter' || event.nativeEvent.isComposing || text.trim() === '') return
    onAdd(text.trim())
    setText('')
  }
  return (
    <input
      className="new-input"
      aria-label="What needs to be done?"
      placeholder="What needs to be done?"
      dir="auto"
      autoFocus
      enterKeyHint="done"
      value={text}
      onChange={(event) => setText(event.target.value)}
      onKeyDown={onKeyDown}
    />
  )
}
