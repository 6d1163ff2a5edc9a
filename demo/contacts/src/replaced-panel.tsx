import type { JSX } from 'react'
import { type OverwrittenValue, useOverwritten, useRow } from 'react-collab'
import { timeAgo } from '../../shell/time-ago.js'
import { useNow } from '../../shell/use-now.js'
import { type Contact, CONTACTS, contactOf, nameOf } from './contact.js'
import { labelOf } from './describe-edit.js'
import { usePage } from './page-context.js'

/** Values that others replaced while this device was away: what, when, and the way back. */
export function ReplacedPanel(): JSX.Element {
  const { book } = usePage()
  const { items = [], putBack, dismiss } = useOverwritten(book)
  return (
    <div className="panel">
      <div className="panel-head">
        <h2>Changed while you were away</h2>
        {items.length > 1 && (
          <button
            type="button"
            className="button"
            onClick={() => items.forEach((item) => void dismiss(item))}
          >
            Keep all
          </button>
        )}
      </div>
      <p className="panel-lead">
        {items.length === 0
          ? 'Nothing that you had was replaced. What others change while this device is offline is listed here.'
          : 'Others wrote these fields later than what you had. Keep what is there now, or put back what was.'}
      </p>
      <ul className="cards">
        {items.map((item) => (
          <ReplacedCard
            key={item.id}
            item={item}
            onPutBack={() => void putBack(item)}
            onKeep={() => void dismiss(item)}
          />
        ))}
      </ul>
    </div>
  )
}

interface ReplacedCardProps {
  readonly item: OverwrittenValue
  readonly onPutBack: () => void
  readonly onKeep: () => void
}

function ReplacedCard({ item, onPutBack, onKeep }: ReplacedCardProps): JSX.Element {
  const { book } = usePage()
  const [row] = useRow<Contact>(book, CONTACTS, item.row ?? '-')
  const now = useNow()
  const name = item.row === undefined ? 'this address book' : row ? nameOf(contactOf(row)) : ''
  const label = item.row === undefined ? 'Name' : labelOf(item.field)
  return (
    <li className="card">
      <h3>
        {label} of <bdi>{name}</bdi>
      </h3>
      <p className="card-when">What is there now was written {timeAgo(item.writtenAt, now)}</p>
      <dl className="card-values">
        <div>
          <dt>Was</dt>
          <dd>
            <Text of={item.value} />
          </dd>
        </div>
        <div>
          <dt>Now</dt>
          <dd>
            <Text of={item.current} />
          </dd>
        </div>
      </dl>
      <div className="card-ways">
        <button type="button" className="button" onClick={onPutBack}>
          Put back
        </button>
        <button type="button" className="button is-quiet" onClick={onKeep}>
          Keep
        </button>
      </div>
    </li>
  )
}

const Text = ({ of }: { readonly of: unknown }): JSX.Element =>
  of === undefined || of === '' ? (
    <em>empty</em>
  ) : (
    <bdi>{typeof of === 'string' ? of : JSON.stringify(of)}</bdi>
  )
