import { type JSX, useState } from 'react'
import type { Written } from 'react-collab'
import { type DescribedEdit, labelOf } from './describe-edit.js'
import { hintFor } from './hints.js'
import { usePage } from './page-context.js'
import { lengthProblem, textProblem } from './text-problem.js'

interface CorrectionProps {
  readonly edit: DescribedEdit
  /** The corrected edit is on the disk. */
  readonly onDone: () => void
  readonly onCancel: () => void
}

/** The refused texts in fields: saved as a new edit, which takes the place of the refused one. */
export function Correction({ edit, onDone, onCancel }: CorrectionProps): JSX.Element {
  const { add, update, rename } = usePage()
  const [values, setValues] = useState(edit.values)
  const [problem, setProblem] = useState<string>()

  function write(): Written {
    if (edit.id === undefined) return rename(values['title'] ?? '')
    return edit.action === 'create' ? add({ ...values, id: edit.id }) : update(edit.id, values)
  }

  function save(): void {
    try {
      void write().local.then(onDone)
    } catch (error) {
      const long = Object.values(values).find((text) => lengthProblem(text) !== undefined)
      setProblem(textProblem(error, long ?? ''))
    }
  }

  return (
    <form className="correction" action={save}>
      {Object.entries(values).map(([field, text], index) => {
        const hint = field === 'phone' ? hintFor('phone', text) : undefined
        return (
          <label key={field} className="field">
            <span>{labelOf(field)}</span>
            <input
              className="input"
              dir="auto"
              autoFocus={index === 0}
              value={text}
              onChange={(event) => setValues({ ...values, [field]: event.target.value })}
            />
            {hint && <span className="hint">{hint}</span>}
          </label>
        )
      })}
      {problem && (
        <p className="field-note is-refused" role="alert">
          {problem}
        </p>
      )}
      <div className="card-ways">
        <button type="submit" className="button is-primary">
          Save
        </button>
        <button type="button" className="button" onClick={onCancel}>
          Cancel
        </button>
      </div>
    </form>
  )
}
