import { type JSX, type KeyboardEvent, useState } from 'react'
import { type ContactField, contactFields, type ContactValues } from './contact.js'
import { focusOn } from './focus.js'
import { hintFor } from './hints.js'
import { keepDraft, keptDraft } from './kept-draft.js'
import { LIST_ID } from './contact-list.js'
import { usePage } from './page-context.js'
import { go, goToList } from './place.js'

/** A form for someone new; only a name is needed. */
export function NewContact(): JSX.Element {
  const { book, add } = usePage()
  const kept = `typed: ${book} new`
  const [values, setValues] = useState(() => keptDraft<ContactValues>(kept) ?? {})
  const [isTried, setTried] = useState(false)
  const lacksName = !values.name?.trim()

  function type(name: ContactField, text: string): void {
    const next = { ...values, [name]: text }
    setValues(next)
    keepDraft(kept, next)
  }

  function save(): void {
    setTried(true)
    if (lacksName) return focusOn('new-name')
    const filled = contactFields.map(({ name }) => [name, values[name]?.trim() ?? ''])
    const id = add(Object.fromEntries(filled) as ContactValues)
    keepDraft(kept, undefined)
    go({ view: 'contact', id }, 'replace')
    focusOn(LIST_ID)
  }

  function cancel(): void {
    keepDraft(kept, undefined)
    goToList()
    focusOn(LIST_ID)
  }

  return (
    <form
      className="detail"
      aria-label="New contact"
      noValidate
      onSubmit={(event) => {
        event.preventDefault()
        save()
      }}
      onKeyDown={(event: KeyboardEvent) => {
        if (event.key === 'Escape') cancel()
        else if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) save()
        else return
        event.preventDefault()
      }}
    >
      <h2 className="form-title">New contact</h2>
      <div className="fields">
        {contactFields.map(({ name, label, inputMode, isLong }) => {
          const lack = name === 'name' && isTried && lacksName
          const hint = lack ? 'A name is all that is needed.' : hintFor(name, values[name] ?? '')
          const common = {
            id: `new-${name}`,
            className: 'input',
            dir: 'auto',
            autoComplete: 'off',
            autoFocus: name === 'name',
            value: values[name] ?? '',
            'aria-describedby': `new-${name}-hint`,
            'aria-invalid': lack,
            onChange: (event: { readonly target: { readonly value: string } }) =>
              type(name, event.target.value),
          } as const
          return (
            <div key={name} className="field">
              <label htmlFor={common.id}>{label}</label>
              {isLong ? (
                <textarea {...common} rows={3} />
              ) : (
                <input {...common} type="text" inputMode={inputMode} spellCheck={false} />
              )}
              <div id={`new-${name}-hint`} className="field-notes" aria-live="polite">
                {hint && <p className="hint">{hint}</p>}
              </div>
            </div>
          )
        })}
      </div>
      <div className="form-ways">
        <button type="submit" className="button is-primary">
          Save contact
        </button>
        <button type="button" className="button" onClick={cancel}>
          Cancel
        </button>
      </div>
    </form>
  )
}
