import { type JSX, useEffect, useState } from 'react'
import { useHasSynced, useSyncStatus } from 'react-collab'
import { Icon } from '../../shell/icons.js'
import { usePage } from './page-context.js'
import { go } from './place.js'
import { sampleContacts } from './samples.js'
import { Skeleton } from './skeleton.js'

/** A first load that is quicker is not spoken of. */
const PATIENCE_MS = 600

/** Shown when there are no contacts here: none at all, or none that this device has heard of yet. */
export function EmptyList(): JSX.Element {
  const { book } = usePage()
  return useHasSynced(book) === true ? <NoContacts /> : <NotLoaded />
}

function NoContacts(): JSX.Element {
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
        <NewButton />
      </div>
    </div>
  )
}

/** There may be contacts that this device knows nothing of: it offers no samples to add to them. */
function NotLoaded(): JSX.Element {
  if (!useIsLate()) return <Skeleton />
  return (
    <div className="empty">
      <h2>Not loaded yet</h2>
      <p>{notLoadedWords}</p>
      <div className="empty-ways">
        <NewButton />
      </div>
    </div>
  )
}

/** Stands above contacts that were written here, while those of the server have not come. */
export function NotAllLoaded(): JSX.Element | null {
  if (!useIsLate()) return null
  return (
    <div className="notice not-loaded" role="status">
      <p>
        <b>Not loaded yet.</b> {notAllLoadedWords}
      </p>
    </div>
  )
}

function useIsLate(): boolean {
  const [isLate, setLate] = useState(false)
  useEffect(() => {
    const timer = setTimeout(() => setLate(true), PATIENCE_MS)
    return () => clearTimeout(timer)
  }, [])
  return isLate
}

const NewButton = (): JSX.Element => (
  <button type="button" className="button" onClick={() => go({ view: 'new' })}>
    <Icon name="plus" />
    New contact
  </button>
)

const onlineWords = 'Everyone with the link to this address book sees what you add, as you add it.'
const offlineWords =
  'You can begin offline: what you add stays on this device and is sent when the server is there.'
const notLoadedWords =
  'Nothing of this address book has come from the server to this device yet. You can add someone all the same: it is kept here, and sent when the server is there.'
const notAllLoadedWords =
  'Nothing of this address book has come from the server to this device: here is only what was written here.'
