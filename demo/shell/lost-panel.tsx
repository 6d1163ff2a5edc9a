import { type JSX, useEffect, useRef } from 'react'
import { useOutbox, useSyncStatus } from 'react-collab'
import { reasonOf } from './reason.js'
import { saveAsFile } from './save-as-file.js'
import { wasSignedOut } from './status-words.js'
import { useSignedOut } from './use-signed-out.js'

interface LostPanelProps {
  /** Who is signed in on this page; undefined for nobody, and where there are no accounts. */
  readonly account: string | undefined
}

/** Covers a page that can no longer save: its disk is gone, or its account left. Only a reload helps. */
export function LostPanel({ account }: LostPanelProps): JSX.Element | null {
  const { error } = useSyncStatus()
  const hasLeft = useSignedOut() && account !== undefined
  const isLost = error?.code === 'LOCAL_STATE_LOST'
  if (!isLost && !hasLeft) return null
  const isSignedOut = hasLeft || wasSignedOut(error)
  return (
    <Cover
      title={
        isSignedOut ? `${account ?? 'This page'} was signed out` : 'This page has lost its data'
      }
      reason={isSignedOut ? 'It was done in another tab' : reasonOf(error?.message)}
      isLost={isLost}
    />
  )
}

interface CoverProps {
  readonly title: string
  readonly reason: string
  /** What waited here is on no disk. */
  readonly isLost: boolean
}

function Cover({ title, reason, isLost }: CoverProps): JSX.Element {
  const dialog = useRef<HTMLDialogElement>(null)
  const { pending } = useOutbox()
  const show = (): void => {
    if (dialog.current?.open === false) dialog.current.showModal()
  }
  useEffect(show, [])
  return (
    // A browser closes it at the second Escape, whatever one says.
    <dialog ref={dialog} className="lost" aria-label={title} onClose={show}>
      <h2>{title}</h2>
      <p>{reason}. Nothing can be written here any more: reload the page to go on.</p>
      <div className="lost-ways">
        <button type="button" className="button is-primary" onClick={() => location.reload()}>
          Reload
        </button>
        {isLost && pending.length > 0 && (
          <button
            type="button"
            className="button"
            onClick={() => saveAsFile('unsent-edits.json', pending)}
          >
            Save what was not sent
          </button>
        )}
      </div>
    </dialog>
  )
}
