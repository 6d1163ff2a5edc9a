import { type JSX, type KeyboardEvent, useEffect, useRef, useState } from 'react'
import { writeTrouble } from './todo.js'
import { Trouble } from './trouble.js'

interface NewTodoProps {
  /** Only what is ready can be written to: before, nobody knows whether a branch is there. */
  readonly status: 'loading' | 'ready' | 'failed'
  readonly onAdd: (text: string) => void
}

const unreadable = 'This cannot be saved now: the list cannot be read.'

/** Where a todo is written; Enter adds it, or as soon as that can be. */
export function NewTodo({ status, onAdd }: NewTodoProps): JSX.Element {
  const [text, setText] = useState('')
  const [trouble, setTrouble] = useState<string>()
  const waiting = useRef<string[]>([])

  function write(next: string, why?: string): void {
    setText(next)
    setTrouble(why)
  }
  function add(next: string): void {
    try {
      onAdd(next)
    } catch (error) {
      write(next, writeTrouble(error, next))
    }
  }
  useEffect(() => {
    if (status === 'loading') return
    const texts = waiting.current.splice(0)
    if (status === 'ready') texts.forEach(add)
    else if (texts.length > 0) write(texts.join(', '), unreadable)
    // oxlint-disable-next-line react/exhaustive-deps -- only another status lets them go on
  }, [status])

  function onKeyDown(event: KeyboardEvent): void {
    // Enter may also choose a word while one is composed of several keys.
    if (event.key !== 'Enter' || event.nativeEvent.isComposing || text.trim() === '') return
    if (status === 'failed') return setTrouble(unreadable)
    write('')
    if (status === 'ready') add(text.trim())
    else waiting.current.push(text.trim())
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
