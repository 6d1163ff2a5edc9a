import type { JSX, KeyboardEvent, ReactNode, Ref } from 'react'
import type { FieldLook } from './contact.js'

interface TextFieldProps {
  readonly id: string
  readonly look: FieldLook
  readonly text: string
  readonly onText: (text: string) => void
  readonly onBlur?: () => void
  readonly onKeyDown?: (event: KeyboardEvent) => void
  readonly hasFirstFocus?: boolean
  readonly isInvalid?: boolean
  /** Why it cannot be saved as it is: above the text, which may be long. */
  readonly problem?: string | undefined
  readonly inputRef?: Ref<HTMLInputElement & HTMLTextAreaElement>
  /** What there is to say about it. */
  readonly children?: ReactNode
}

/** A label, a field of one line or several, and what there is to say about it. */
export function TextField(props: TextFieldProps): JSX.Element {
  const { id, look, text, onText, problem, children } = props
  const common = {
    id,
    ref: props.inputRef,
    className: 'input',
    dir: 'auto',
    autoComplete: 'off',
    autoFocus: props.hasFirstFocus,
    value: text,
    'aria-describedby': `${id}-problem ${id}-notes`,
    'aria-invalid': props.isInvalid || problem !== undefined || undefined,
    onChange: (event: { readonly target: { readonly value: string } }) =>
      onText(event.target.value),
    onBlur: props.onBlur,
    onKeyDown: props.onKeyDown,
  } as const
  return (
    <div className="field">
      <label htmlFor={id}>{look.label}</label>
      {problem && (
        <p id={`${id}-problem`} className="field-note is-refused" role="alert">
          {problem}
        </p>
      )}
      {look.isLong ? (
        <textarea {...common} rows={3} />
      ) : (
        <input {...common} type="text" inputMode={look.inputMode} spellCheck={false} />
      )}
      <div id={`${id}-notes`} className="field-notes" aria-live="polite">
        {children}
      </div>
    </div>
  )
}
