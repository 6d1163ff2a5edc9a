import type { JSX } from 'react'
import { useSyncStatus } from 'react-collab'
import { Icon } from '../../shell/icons.js'
import { usePage } from './page-context.js'
import { go } from './place.js'
import { sampleContacts } from './samples.js'

/** Shown when there are no contacts: at the first start, or when all were deleted. */
export function EmptyList(): JSX.Element {
  const { add } = usePage()
  const { state } = useSyncStatus({ smooth: true })
  return (
    <div className="empty">
      <img src="/icon.svg" alt="" width="52" height="52" className="empty-picture" />
      <h2>No contacts yet</h2>
      <p>{state === 'offline' ? offlineWords : onlineWords}</p>
      <div className="empty-ways">
        <button
          type="button"
          className="button is-primary"
          onClick={() => {
            for (const contact of sampleContacts) add(contact)
          }}
        >
          Add 20 sample contacts
        </button>
        <button type="button" className="button" onClick={() => go({ view: 'new' })}>
          <Icon name="plus" />
          New contact
        </button>
      </div>
    </div>
  )
}

const onlineWords = 'Everyone with the link to this address book sees what you add, as you add it.'
const offlineWords =
  'You can begin offline: what you add stays on this device and is sent when the server is there.'
