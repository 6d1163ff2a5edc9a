import { type JSX, useState } from 'react'
import type { Undo } from 'react-collab'
import { Icon } from '../../shell/icons.js'
import type { ObjectBranch } from '../../shell/use-object-branch.js'
import { DraftBar } from './draft-bar.js'
import { DraftButton } from './draft-button.js'
import { DraftSide } from './draft-side.js'
import { EditorSwitch } from './editor-switch.js'
import { type Note, nameOf } from './note.js'
import { NoteSide } from './note-side.js'
import { useDifference } from './use-difference.js'
import { useEditorKind } from './use-editor-kind.js'

interface NotePaneProps {
  readonly pad: string
  readonly note: Note
  /** Was it begun just now, here? */
  readonly isNew: boolean
  readonly undo: Undo
  readonly draft: ObjectBranch
  readonly onRemove: (id: string) => void
}

/** The open note, what it is written in, and its draft beside it. */
export function NotePane({ pad, note, isNew, undo, draft, onRemove }: NotePaneProps): JSX.Element {
  const [kind, setKind] = useEditorKind()
  const hasDraft = draft.status === 'open'
  const [hadDraft, setHadDraft] = useState(hasDraft)
  if (hasDraft && !hadDraft) setHadDraft(true)
  const difference = useDifference(pad, hasDraft ? draft.target : undefined, note.id)
  return (
    <article className="open-note" aria-label={nameOf(note)}>
      <div className="note-tools">
        <a className="button is-quiet back" href="#">
          <Icon name="back" />
          All notes
        </a>
        <EditorSwitch kind={kind} onChange={setKind} />
        {draft.status === 'none' && <DraftButton isBack={hadDraft} onCreate={draft.create} />}
        <button
          type="button"
          className="icon-button"
          aria-label="Delete note"
          title="Delete note"
          onClick={() => onRemove(note.id)}
        >
          <Icon name="trash" />
        </button>
      </div>
      <DraftBar draft={draft} />
      <div className="note-sides" data-side={draft.side}>
        <NoteSide
          object={pad}
          side="shared"
          name={hasDraft ? 'Shared note' : undefined}
          note={note}
          kind={kind}
          isNew={isNew}
          undo={undo}
          difference={difference.one}
        />
        {hasDraft && (
          <DraftSide draft={draft} id={note.id} kind={kind} difference={difference.other} />
        )}
      </div>
    </article>
  )
}
