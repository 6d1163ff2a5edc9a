import type { JSX } from 'react'
import { Icon } from '../../shell/icons.js'
import type { Person } from './schema.js'

interface PersonRowProps {
  /** Undefined while the row is being read. */
  readonly person: Person | undefined
  /** Its place in the whole list, and how long that is. */
  readonly index: number
  readonly total: number
  /** Pixels. */
  readonly height: number
  readonly onRename: (id: string, name: string) => void
  readonly onRemove: (id: string) => void
}

/** One person; the name is edited in place. */
export function PersonRow({
  person,
  index,
  total,
  height,
  onRename,
  onRemove,
}: PersonRowProps): JSX.Element {
  const place = {
    style: { top: index * height, height },
    'aria-posinset': index + 1,
    'aria-setsize': total,
  }
  if (person === undefined) return <li className="person is-waiting" {...place} />
  const { id, name = '', city, since } = person
  return (
    <li className="person" {...place}>
      <input
        className="person-name"
        aria-label="Name"
        value={name}
        onChange={(event) => onRename(id, event.target.value)}
      />
      <span className="person-city">{city}</span>
      <span className="person-since">{since}</span>
      <button
        type="button"
        className="person-remove"
        aria-label={`Remove ${name}`}
        title="Remove"
        onClick={() => onRemove(id)}
      >
        <span className="person-remove-word">Remove</span>
        <Icon name="close" />
      </button>
    </li>
  )
}
