import type { JSX } from 'react'
import { type TextSpot, useRow, useUndo } from 'react-collab'
import { Icon } from '../../shell/icons.js'
import type { ObjectBranch } from '../../shell/use-object-branch.js'
import { type NoteFields, NOTES } from './note.js'
import { NoteSide } from './note-side.js'
import type { EditorKind } from './use-editor-kind.js'

interface DraftSideProps {
  readonly draft: ObjectBranch
  readonly id: string
  readonly kind: EditorKind
  readonly difference: readonly TextSpot[]
}

/** The open note as it is in the draft. */
export function DraftSide({ draft, id, kind, difference }: DraftSideProps): JSX.Element {
  const { target, pull } = draft
  const undo = useUndo(target)
  const [note] = useRow<NoteFields>(target, NOTES, id)
  if (note === undefined)
    return (
      <section className="note-side" data-side="branch" aria-label="Draft">
        <div className="missing">
          <p>The draft does not have this note yet, or no more.</p>
          <button type="button" className="button" onClick={pull}>
            <Icon name="down" />
            Get latest
          </button>
        </div>
      </section>
    )
  return (
    <NoteSide
      object={target}
      side="branch"
      name="Draft"
      note={{ ...note, id }}
      kind={kind}
      isNew={false}
      undo={undo}
      difference={difference}
    />
  )
}
