import { type JSX, type KeyboardEvent, useState } from 'react'
import { type ContactField, contactFields, type ContactValues } from './contact.js'
import { LIST_ID } from './contact-list.js'
import { focusOn } from './focus.js'
import { hintFor } from './hints.js'
import { browserDrafts } from './kept-draft.js'
import { usePage } from './page-context.js'
import { go, goToList } from './place.js'
import { TextField } from './text-field.js'
import { lengthProblem, textProblem } from './text-problem.js'

/** A form for someone new; only a name is needed. Escape leaves it as it is, for later. */
export function NewContact(): JSX.Element {
  const { values, type, clear, save, lacksName, problem } = useNewContact()

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
      {problem && (
        <p className="field-note is-refused" role="alert">
          {problem}
        </p>
      )}
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
            problem={lengthProblem(text)}
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
  /** Why the contact could not be saved. */
  readonly problem: string | undefined
} {
  const { book, add } = usePage()
  const kept = `typed: ${book} new`
  const [values, setValues] = useState(() => browserDrafts.kept<ContactValues>(kept) ?? {})
  const [isTried, setTried] = useState(false)
  const [problem, setProblem] = useState<string>()
  const hasName = values.name !== undefined && values.name.trim() !== ''

  /** What cannot be stored stays in the form. */
  function tryToAdd(contact: ContactValues): string | undefined {
    try {
      return add(contact).id
    } catch (error) {
      setProblem(textProblem(error, ''))
      return undefined
    }
  }

  return {
    values,
    lacksName: isTried && !hasName,
    problem,
    type(field, text) {
      setProblem(undefined)
      const next = { ...values, [field]: text }
      setValues(next)
      browserDrafts.keep(kept, next)
    },
    clear: () => browserDrafts.keep(kept, undefined),
    save() {
      setTried(true)
      if (!hasName) return focusOn('new-name')
      const tooLong = contactFields.find(({ name }) => lengthProblem(values[name] ?? ''))
      if (tooLong !== undefined) return focusOn(`new-${tooLong.name}`)
      const filled = contactFields.map(({ name }) => [name, values[name]?.trim() ?? ''])
      const id = tryToAdd(Object.fromEntries(filled) as ContactValues)
      if (id === undefined) return
      browserDrafts.keep(kept, undefined)
      go({ view: 'contact', id }, 'replace')
      focusOn(LIST_ID)
    },
  }
}
