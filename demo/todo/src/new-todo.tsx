import { type JSX, type KeyboardEvent, useEffect, useState } from 'react'
import { writeTrouble } from './todo.js'
import { Trouble } from './trouble.js'

interface NewTodoProps {
  /** Only what is ready can be written to: before, nobody knows whether a branch is there. */
  readonly status: 'loading' | 'ready' | 'failed'
  readonly onAdd: (text: string) => void
}

/** Where a todo is written; Enter adds it, or as soon as that can be. */
export function NewTodo({ status, onAdd }: NewTodoProps): JSX.Element {
  const [text, setText] = useState('')
  const [waiting, setWaiting] = useState<readonly string[]>([])
  const [trouble, setTrouble] = useState<string>()
  useEffect(() => {
    if (status !== 'ready' || waiting.length === 0) return
    setWaiting([])
    for (const each of waiting) add(each)
    function add(each: string): void {
      try {
        onAdd(each)
      } catch (error) {
        setText(each)
        setTrouble(writeTrouble(error, each))
      }
    }
  }, [status, waiting, onAdd])

  function onKeyDown(event: KeyboardEvent): void {
    // Enter may also choose a word while one is composed of several keys.
    if (event.key !== 'Enter' || event.nativeEvent.isComposing || text.trim() === '') return
    try {
      if (status === 'ready') onAdd(text.trim())
      else setWaiting([...waiting, text.trim()])
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
      <Trouble
        text={
          status === 'failed' && waiting.length > 0 ? `Not saved: ${waiting.join(', ')}` : trouble
        }
      />
    </>
  )
}
