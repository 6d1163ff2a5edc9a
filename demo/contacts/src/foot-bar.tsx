import type { JSX } from 'react'
import { useRows } from 'react-collab'
import { CONTACTS } from './contact.js'
import { Icon } from '../../shell/icons.js'
import { useRefused } from './marks.js'
import { usePage } from './page-context.js'
import { go, type Place } from './place.js'

interface FootBarProps {
  readonly place: Place
  readonly onKeys: () => void
}

/** Below the list: what was deleted, what was refused, what the keyboard does. */
export function FootBar({ place, onKeys }: FootBarProps): JSX.Element {
  const { book } = usePage()
  const deleted = useRows(book, CONTACTS, { deleted: true }).data?.length ?? 0
  const refused = useRefused().length
  return (
    <nav className="foot-bar" aria-label="More">
      <button
        type="button"
        className="button is-quiet"
        aria-current={place.view === 'deleted' ? 'page' : undefined}
        onClick={() => go({ view: 'deleted' })}
      >
        <Icon name="trash" />
        Deleted <span className="number">{deleted.toLocaleString('en')}</span>
      </button>
      <button
        type="button"
        className="button is-quiet"
        aria-current={place.view === 'refused' ? 'page' : undefined}
        onClick={() => go({ view: 'refused' })}
      >
        <Icon name="alert" />
        Refused{' '}
        <span className={refused > 0 ? 'number is-bad' : 'number'}>
          {refused.toLocaleString('en')}
        </span>
      </button>
      <button type="button" className="icon-button" aria-label="Keyboard" onClick={onKeys}>
        <Icon name="keyboard" />
      </button>
    </nav>
  )
}
