import { type JSX, useState } from 'react'

interface NameFieldProps {
  readonly label: string
  readonly value: string
  readonly className?: string
  readonly onName: (name: string) => void
}

const MOST = 120

/** A name that is edited in place: Enter or leaving writes it, Escape gives it up. */
export function NameField({
  label,
  value,
  className = 'input',
  onName,
}: NameFieldProps): JSX.Element {
  const [draft, setDraft] = useState<string>()
  function end(): void {
    const name = draft?.trim() ?? ''
    setDraft(undefined)
    // What others wrote meanwhile is not overwritten by what was not changed here.
    if (draft !== undefined && name !== '' && name !== value) onName(name)
  }
  return (
    <input
      className={className}
      aria-label={label}
      dir="auto"
      spellCheck={false}
      maxLength={MOST}
      value={draft ?? value}
      onChange={(event) => setDraft(event.target.value)}
      onBlur={end}
      onKeyDown={(event) => {
        if (event.nativeEvent.isComposing) return
        if (event.key === 'Enter') end()
        else if (event.key === 'Escape') setDraft(undefined)
      }}
    />
  )
}
