import type { JSX } from 'react'
import type { Undo } from 'react-collab'
import { Icon } from './icons.js'

/** Takes back what this person did, and does it again. */
export function UndoButtons({ undo }: { readonly undo: Undo }): JSX.Element {
  return (
    <div className="undo" role="group" aria-label="History">
      <button
        type="button"
        className="icon-button"
        aria-label="Undo"
        title={`Undo${undo.undoLabel === undefined ? '' : `: ${undo.undoLabel}`} (Ctrl Z)`}
        disabled={!undo.canUndo}
        onClick={undo.undo}
      >
        <Icon name="restore" />
      </button>
      <button
        type="button"
        className="icon-button"
        aria-label="Redo"
        title={`Redo${undo.redoLabel === undefined ? '' : `: ${undo.redoLabel}`} (Ctrl Shift Z)`}
        disabled={!undo.canRedo}
        onClick={undo.redo}
      >
        <Icon name="redo" />
      </button>
    </div>
  )
}
