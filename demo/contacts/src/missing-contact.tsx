import type { JSX } from 'react'
import { describeEdit } from './describe-edit.js'
import { useRefused } from './marks.js'
import { go } from './place.js'

/** Shown for a contact that is not there: its creation was refused, or the link leads nowhere. */
export function MissingContact({ id }: { readonly id: string }): JSX.Element {
  const refused = useRefused().find(({ event }) => describeEdit(event[2]).id === id)
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
