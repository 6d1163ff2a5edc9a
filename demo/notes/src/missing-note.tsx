import type { JSX } from 'react'
import type { Rows } from 'react-collab'
import { Icon } from '../../shell/icons.js'
import type { NoteFields } from './note.js'

interface MissingNoteProps {
  readonly notes: Rows<NoteFields>
  readonly openId: string | undefined
  readonly onNew: () => void
}

/** Stands where a note would be: none is chosen, or it was deleted; the list says why there is none. */
export function MissingNote({ notes, openId, onNew }: MissingNoteProps): JSX.Element | null {
  if (notes.status === 'failed') return null
  if (notes.status === 'loading') return <p className="missing">Opening…</p>
  if (openId === undefined)
    return (
      <div className="missing">
        <p>
          {notes.data?.length === 0
            ? 'Write something, open this page in a second window, and type in both at once.'
            : 'Choose a note, or write a new one.'}
        </p>
        <button type="button" className="button" onClick={onNew}>
          <Icon name="plus" />
          New note
        </button>
      </div>
    )
  return (
    <div className="missing">
      <p>This note was deleted.</p>
      <p className="missing-tools">
        <button type="button" className="button" onClick={() => notes.restore(openId)}>
          <Icon name="restore" />
          Bring it back
        </button>
        <a className="button is-quiet" href="#">
          All notes
        </a>
      </p>
    </div>
  )
}
