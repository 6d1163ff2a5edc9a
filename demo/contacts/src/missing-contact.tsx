import type { JSX } from 'react'
import { useOutbox } from 'react-collab'
import { describeEdit } from './describe-edit.js'
import { usePage } from './page-context.js'
import { go } from './place.js'

/** Shown for a contact that is not there: its creation was refused, or the link leads nowhere. */
export function MissingContact({ id }: { readonly id: string }): JSX.Element {
  const { book } = usePage()
  const { rejected } = useOutbox()
  const refused = rejected.find(
    ({ object, event }) => object === book && describeEdit(event[2]).id === id,
  )
  if (refused === undefined) {
    return (
      <div className="empty">
        <p>This contact is not in this address book, or has not arrived on this device yet.</p>
      </div>
    )
  }
  return (
    <div className="empty">
      <h2>The server did not take this contact</h2>
      <p>{refused.message}. What you typed is kept.</p>
      <button
        type="button"
        className="button is-primary"
        onClick={() => go({ view: 'refused' }, 'replace')}
      >
        Correct it
      </button>
    </div>
  )
}
