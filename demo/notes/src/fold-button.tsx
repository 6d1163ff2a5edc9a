import type { JSX } from 'react'
import { Icon } from '../../shell/icons.js'

interface FoldButtonProps {
  readonly hasSelected: boolean
  readonly onFold: () => void
}

/** Folds away what is selected, on this screen. */
export function FoldButton({ hasSelected, onFold }: FoldButtonProps): JSX.Element {
  return (
    <button
      type="button"
      className="icon-button"
      aria-label="Fold selection"
      title={hasSelected ? 'Fold the selection away, on this screen' : 'Select what to fold away'}
      disabled={!hasSelected}
      // The selection stays while it is pressed.
      onPointerDown={(event) => event.preventDefault()}
      onClick={onFold}
    >
      <Icon name="fold" />
    </button>
  )
}
