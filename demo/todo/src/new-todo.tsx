import { type JSX, type KeyboardEvent, useState } from 'react'
import { writeTrouble } from './todo.js'
import { Trouble } from './trouble.js'

/** Where a todo is written; Enter adds it. */
export function NewTodo({ onAdd }: { readonly onAdd: (text: string) => void }): JSX.Element {
  const [text, setText] = useState('')
  const [trouble, setTrouble] = useState<string>()
  function onKeyDown(event: KeyboardEvent): void {
    // Enter may also choose a word while one is composed of several keys.
    if (event.key !== 'Enter' || event.nativeEvent.isComposing || text.trim() === '') return
    try {
      onAdd(text.trim())
      write('')
    } catch (error) {
      setTrouble(writeTrouble(error, text))
    }
  }
  function write(next: string): void {
    setText(next)
    setTrouble(undefined)
  }
  return (
    <>
      <input
        className="new-input"
        aria-label="What needs to be done?"
        aria-invalid={trouble !== undefined}
        placeholder="What needs to be done?"
        dir="auto"
        autoFocus
        enterKeyHint="done"
        value={text}
        onChange={(event) => write(event.target.value)}
        onKeyDown={onKeyDown}
      />
      <Trouble text={trouble} />
    </>
  )
}
