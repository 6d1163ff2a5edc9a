import { type JSX, useState } from 'react'
import { type Rejected, useOutbox, useRow, useRows } from 'react-collab'
import { type Contact, CONTACTS, contactOf, nameOf } from './contact.js'
import { Correction } from './correction.js'
import { type DescribedEdit, describeEdit, labelOf } from './describe-edit.js'
import { usePage } from './page-context.js'
import { timeAgo } from '../../shell/time-ago.js'
import { useNow } from '../../shell/use-now.js'

/** One refused edit. */
export function RefusedCard({ refused }: { readonly refused: Rejected }): JSX.Element {
  const { book } = usePage()
  const { discard } = useOutbox()
  const edit = describeEdit(refused.event[2])
  const [row] = useRow<Contact>(book, CONTACTS, edit.id ?? '-')
  const deleted = useRows<Contact>(book, CONTACTS, {
    deleted: true,
    where: ({ id }) => id === edit.id,
  }).data?.[0]
  const [isCorrecting, setCorrecting] = useState(false)
  const now = useNow()
  const known = row ?? deleted
  const name = known === undefined ? (edit.values['name'] ?? 'a contact') : nameOf(contactOf(known))
  return (
    <li className="card">
      <h3>
        {actionWords[edit.action]} <bdi>{edit.action === 'rename' ? '' : name}</bdi>
        {deleted !== undefined && row === undefined && ' (deleted)'}
      </h3>
      <p className="card-reason">
        {refused.message} <span className="card-when">{timeAgo(refused.at, now)}</span>
      </p>
      {isCorrecting ? (
        <Correction
          edit={edit}
          onDone={() => void discard(refused.key)}
          onCancel={() => setCorrecting(false)}
        />
      ) : (
        <RefusedEdit edit={edit} of={refused.key} onCorrect={() => setCorrecting(true)} />
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

interface RefusedEditProps {
  readonly edit: DescribedEdit
  readonly of: number
  readonly onCorrect: () => void
}

/** What was refused, and the ways on. */
function RefusedEdit({ edit, of, onCorrect }: RefusedEditProps): JSX.Element {
  const { retry, discard } = useOutbox()
  const [isSure, setSure] = useState(false)
  const values = Object.entries(edit.values)
  return (
    <>
      <dl className="card-values">
        {values.map(([field, text]) => (
          <div key={field}>
            <dt>{labelOf(field)}</dt>
            <dd>{text === '' ? <em>empty</em> : <bdi>{text}</bdi>}</dd>
          </div>
        ))}
      </dl>
      <div className="card-ways">
        {values.length > 0 && (
          <button type="button" className="button" onClick={onCorrect}>
            Correct…
          </button>
        )}
        <button type="button" className="button" onClick={() => void retry(of)}>
          Try again
        </button>
        <button
          type="button"
          className={isSure ? 'button is-danger' : 'button is-quiet'}
          onBlur={() => setSure(false)}
          onClick={() => (isSure ? void discard(of) : setSure(true))}
        >
          {isSure ? 'Discard for good' : 'Discard'}
        </button>
      </div>
    </>
  )
}
