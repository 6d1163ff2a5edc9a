import { type FormEvent, type JSX, useState } from 'react'
import { type Rejected, useOutbox, useRow } from 'react-collab'
import { type Contact, CONTACTS, contactOf, nameOf } from './contact.js'
import { type DescribedEdit, describeEdit, labelOf } from './describe-edit.js'
import { hintFor } from './hints.js'
import { usePage } from './page-context.js'
import { timeAgo } from './time-ago.js'

/** One refused edit. */
export function RefusedCard({ refused }: { readonly refused: Rejected }): JSX.Element {
  const { book } = usePage()
  const { retry, discard } = useOutbox()
  const edit = describeEdit(refused.event[2])
  const [row] = useRow<Contact>(book, CONTACTS, edit.id ?? '-')
  const [isCorrecting, setCorrecting] = useState(false)
  const [isSure, setSure] = useState(false)
  const name = row === undefined ? (edit.values['name'] ?? 'a contact') : nameOf(contactOf(row))
  return (
    <li className="card">
      <h3>
        {actionWords[edit.action]} <bdi>{edit.action === 'rename' ? '' : name}</bdi>
      </h3>
      <p className="card-reason">
        {refused.message} <span className="card-when">{timeAgo(refused.at, Date.now())}</span>
      </p>
      {isCorrecting ? (
        <Correction
          edit={edit}
          onDone={() => void discard(refused.key)}
          onCancel={() => setCorrecting(false)}
        />
      ) : (
        <>
          <dl className="card-values">
            {Object.entries(edit.values).map(([field, text]) => (
              <div key={field}>
                <dt>{labelOf(field)}</dt>
                <dd>{text === '' ? <em>empty</em> : <bdi>{text}</bdi>}</dd>
              </div>
            ))}
          </dl>
          <div className="card-ways">
            {Object.keys(edit.values).length > 0 && (
              <button type="button" className="button" onClick={() => setCorrecting(true)}>
                Correct…
              </button>
            )}
            <button type="button" className="button" onClick={() => void retry(refused.key)}>
              Try again
            </button>
            <button
              type="button"
              className={isSure ? 'button is-danger' : 'button is-quiet'}
              onBlur={() => setSure(false)}
              onClick={() => (isSure ? void discard(refused.key) : setSure(true))}
            >
              {isSure ? 'Discard for good' : 'Discard'}
            </button>
          </div>
        </>
      )}
    </li>
  )
}

const actionWords: Readonly<Record<DescribedEdit['action'], string>> = {
  create: 'New contact',
  change: 'Change to',
  delete: 'Deletion of',
  restore: 'Restoring',
  rename: 'Name of the address book',
}

interface CorrectionProps {
  readonly edit: DescribedEdit
  onDone(): void
  onCancel(): void
}

/** The refused texts in fields: saved as a new edit, which takes the place of the refused one. */
function Correction({ edit, onDone, onCancel }: CorrectionProps): JSX.Element {
  const page = usePage()
  const [values, setValues] = useState(edit.values)

  function save(event: FormEvent): void {
    event.preventDefault()
    if (edit.action === 'rename') page.rename(values['title'] ?? '')
    else if (edit.action === 'create') page.add({ ...values, ...(edit.id && { id: edit.id }) })
    else if (edit.id !== undefined) page.update(edit.id, values)
    onDone()
  }

  return (
    <form className="correction" onSubmit={save}>
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
