import type { JSX } from 'react'
import { Icon } from '../../shell/icons.js'

/** How the list is ordered. */
export interface Order {
  readonly field: 'name' | 'company' | 'email'
  readonly isDescending: boolean
}

interface SortBarProps {
  readonly order: Order
  readonly matches: number
  readonly total: number
  /** False while nothing has come from the server: then nobody knows how many more there are. */
  readonly isKnown: boolean
  readonly onOrder: (order: Order) => void
}

/** How many contacts there are, and in which order. */
export function SortBar({ order, matches, total, isKnown, onOrder }: SortBarProps): JSX.Element {
  const count = matches.toLocaleString('en')
  const all = total.toLocaleString('en')
  const what = !isKnown ? 'so far' : total === 1 ? 'contact' : 'contacts'
  const way = order.isDescending ? 'Z to A' : 'A to Z'
  return (
    <div className="sort-bar">
      <p className="count">
        {(isKnown || total > 0) &&
          (matches === total ? `${all} ${what}` : `${count} of ${all}${isKnown ? '' : ' so far'}`)}
      </p>
      <label className="sort" htmlFor="sort-by">
        Sort by
      </label>
      <select
        id="sort-by"
        className="select"
        value={order.field}
        onChange={(event) => onOrder({ ...order, field: event.target.value as Order['field'] })}
      >
        <option value="name">Name</option>
        <option value="company">Company</option>
        <option value="email">Email</option>
      </select>
      <button
        type="button"
        className="icon-button"
        aria-label={`Order: ${way}`}
        title={`Order: ${way}`}
        onClick={() => onOrder({ ...order, isDescending: !order.isDescending })}
      >
        <Icon name={order.isDescending ? 'up' : 'down'} />
      </button>
    </div>
  )
}
