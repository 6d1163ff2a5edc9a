import { type JSX, type KeyboardEvent, useState } from 'react'
import { type ContactField, contactFields, type ContactValues } from './contact.js'
import { LIST_ID } from './contact-list.js'
import { focusOn } from './focus.js'
import { hintFor } from './hints.js'
import { browserDrafts } from './kept-draft.js'
import { usePage } from './page-context.js'
import { go, goToList } from './place.js'
import { TextField } from './text-field.js'

/** A form for someone new; only a name is needed. Escape leaves it as it is, for later. */
export function NewContact(): JSX.Element {
  const { values, type, clear, save, lacksName } = useNewContact()

  function leave(): void {
    goToList()
    focusOn(LIST_ID)
  }

  function cancel(): void {
    clear()
    leave()
  }

  function onKeyDown(event: KeyboardEvent): void {
    if (event.key === 'Escape') leave()
    else if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) save()
    else return
    event.preventDefault()
  }

  return (
    <form
      className="detail"
      aria-label="New contact"
      action={save}
      onKeyDown={onKeyDown}
      noValidate
    >
      <h2 className="form-title">New contact</h2>
      <NewFields values={values} lacksName={lacksName} onType={type} />
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

interface NewFieldsProps {
  readonly values: ContactValues
  readonly lacksName: boolean
  readonly onType: (field: ContactField, text: string) => void
}

function NewFields({ values, lacksName, onType }: NewFieldsProps): JSX.Element {
  return (
    <div className="fields">
      {contactFields.map((look) => {
        const { name } = look
        const text = values[name] ?? ''
        const isLacking = name === 'name' && lacksName
        const hint = isLacking ? 'A name is all that is needed.' : hintFor(name, text)
        return (
          <TextField
            key={name}
            id={`new-${name}`}
            look={look}
            text={text}
            hasFirstFocus={name === 'name'}
            isInvalid={isLacking}
            onText={(next) => onType(name, next)}
          >
            {hint && <p className="hint">{hint}</p>}
          </TextField>
        )
      })}
    </div>
  )
}

/** What was typed for someone new; it outlives the form, a reload and the tab. */
function useNewContact(): {
  readonly values: ContactValues
  readonly type: (field: ContactField, text: string) => void
  readonly clear: () => void
  readonly save: () => void
  readonly lacksName: boolean
} {
  const { book, add } = usePage()
  const kept = `typed: ${book} new`
  const [values, setValues] = useState(() => browserDrafts.kept<ContactValues>(kept) ?? {})
  const [isTried, setTried] = useState(false)
  const hasName = values.name !== undefined && values.name.trim() !== ''
  return {
    values,
    lacksName: isTried && !hasName,
    type(field, text) {
      const next = { ...values, [field]: text }
      setValues(next)
      browserDrafts.keep(kept, next)
    },
    clear: () => browserDrafts.keep(kept, undefined),
    save() {
      setTried(true)
      if (!hasName) return focusOn('new-name')
      const filled = contactFields.map(({ name }) => [name, values[name]?.trim() ?? ''])
      const { id } = add(Object.fromEntries(filled) as ContactValues)
      browserDrafts.keep(kept, undefined)
      go({ view: 'contact', id }, 'replace')
      focusOn(LIST_ID)
    },
  }
}
