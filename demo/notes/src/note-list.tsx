import type { JSX } from 'react'
import { type Rows, type Undo, useOthers } from 'react-collab'
import { strandedWords } from '../../shell/branch-words.js'
import { Faces } from '../../shell/face.js'
import { facesOf } from '../../shell/faces.js'
import { Icon } from '../../shell/icons.js'
import { RefusedPanel } from '../../shell/refused-panel.js'
import { timeAgo } from '../../shell/time-ago.js'
import { Unreadable } from '../../shell/unreadable.js'
import { UndoButtons } from '../../shell/undo-buttons.js'
import type { ObjectBranch } from '../../shell/use-object-branch.js'
import { useNow } from '../../shell/use-now.js'
import { excerptOf, nameOf, type NoteFields, notesIn, refusedText } from './note.js'
import { hashOf } from './use-open-note.js'

interface NoteListProps {
  readonly pad: string
  readonly notes: Rows<NoteFields>
  readonly draft: ObjectBranch
  readonly openId: string | undefined
  readonly undo: Undo
  readonly onNew: () => void
}

/** All notes, and a way to begin another. */
export function NoteList({ pad, notes, draft, openId, undo, onNew }: NoteListProps): JSX.Element {
  const now = useNow()
  const all = notes.data ?? []
  const faces = useOthers(pad, facesOf)
  return (
    <nav className="left" aria-label="Notes">
      <div className="left-head">
        <button type="button" className="button is-primary" onClick={onNew}>
          <Icon name="plus" />
          New note
        </button>
        <span className="hint left-count">{all.length > 0 && notesIn(all.length)}</span>
        <UndoButtons undo={undo} />
      </div>
      <RefusedPanel
        object={draft.target}
        textOf={refusedText}
        title={(count) => strandedWords(draft.names, count)}
        intro="The shared notes no longer have what they change. Nothing is lost."
      />
      <RefusedPanel object={pad} textOf={refusedText} />
      {notes.status === 'failed' && <Unreadable object={pad} what="pad" error={notes.error} />}
      {notes.status === 'ready' && all.length === 0 && (
        <p className="left-empty">No notes yet. The first one takes a click.</p>
      )}
      <ul className="notes">
        {all.map((note) => (
          <li key={note.id}>
            <a
              className="note"
              href={hashOf(note.id)}
              aria-current={note.id === openId ? 'page' : undefined}
            >
              <span className="note-line">
                <bdi className="note-name">{nameOf(note)}</bdi>
                <Faces faces={faces.filter(({ at }) => at === note.id)} label="Here" most={3} />
                {note.begun !== undefined && (
                  <time className="note-age">{timeAgo(note.begun, now)}</time>
                )}
              </span>
              <bdi className="note-excerpt">{excerptOf(note)}</bdi>
            </a>
          </li>
        ))}
      </ul>
    </nav>
  )
}
