import { type JSX, useEffect } from 'react'
import { ContactDetail } from './contact-detail.js'
import { DeletedPanel } from './deleted-panel.js'
import { focusOn, SIDE_ID } from './focus.js'
import { Icon } from '../../shell/icons.js'
import { NewContact } from './new-contact.js'
import { goToList, type Place } from './place.js'
import { RefusedPanel } from './refused-panel.js'
import { ReplacedPanel } from './replaced-panel.js'
import { useIsWide } from './use-is-wide.js'
import { Welcome } from './welcome.js'

const titles: Readonly<Record<Place['view'], string>> = {
  list: 'Nothing chosen',
  contact: 'Contact',
  new: 'New contact',
  deleted: 'Deleted contacts',
  refused: 'Refused edits',
  replaced: 'Changed while you were away',
}

/** What stands beside the list, or over it where there is no room beside. */
export function SidePane({ place }: { readonly place: Place }): JSX.Element {
  const isWide = useIsWide()
  // On a narrow screen the pane is a page of its own: that is where reading goes on.
  useEffect(() => {
    if (!isWide && place.view !== 'list' && place.view !== 'new') focusOn(SIDE_ID)
  }, [isWide, place.view])
  return (
    <section id={SIDE_ID} className="side" tabIndex={-1} aria-label={titles[place.view]}>
      {!isWide && (
        <button type="button" className="button is-plain back" onClick={goToList}>
          <Icon name="back" />
          All contacts
        </button>
      )}
      <Inside place={place} />
    </section>
  )
}

function Inside({ place }: { readonly place: Place }): JSX.Element {
  switch (place.view) {
    case 'list':
      return <Welcome />
    case 'contact':
      return <ContactDetail key={place.id} id={place.id} />
    case 'new':
      return <NewContact />
    case 'deleted':
      return <DeletedPanel />
    case 'refused':
      return <RefusedPanel />
    case 'replaced':
      return <ReplacedPanel />
  }
}
