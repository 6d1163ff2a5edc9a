import type { JSX } from 'react'
import { useOverwritten } from 'react-collab'
import { Icon } from '../../shell/icons.js'
import { usePage } from './page-context.js'
import { go, type Place } from './place.js'

/** Says that others replaced something while this device was away; else nothing. */
export function ReplacedNotice({ place }: { readonly place: Place }): JSX.Element | null {
  const { book } = usePage()
  const count = useOverwritten(book).items?.length ?? 0
  if (count === 0) return null
  return (
    <button
      type="button"
      className="button is-quiet replaced-notice"
      aria-current={place.view === 'replaced' ? 'page' : undefined}
      onClick={() => go({ view: 'replaced' })}
    >
      <Icon name="clock" />
      Changed while you were away <span className="number">{count.toLocaleString('en')}</span>
    </button>
  )
}
