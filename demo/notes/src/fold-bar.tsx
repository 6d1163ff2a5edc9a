import type { JSX } from 'react'
import type { Fold } from 'react-collab'
import { Icon } from '../../shell/icons.js'
import { excerptOf, wordsIn } from './note.js'

interface FoldBarProps {
  readonly folds: readonly Fold[]
  readonly hasSelected: boolean
  readonly onFold: () => void
  readonly onUnfold: (fold: Fold) => void
}

/** What is folded away on this screen, and the way to fold what is selected. */
export function FoldBar({
  folds,
  hasSelected,
  onFold,
  onUnfold,
}: FoldBarProps): JSX.Element | null {
  if (folds.length === 0 && !hasSelected) return null
  return (
    <div className="folds" role="group" aria-label="Folded">
      {hasSelected && (
        <button
          type="button"
          className="button is-quiet"
          // The selection stays while it is pressed.
          onPointerDown={(event) => event.preventDefault()}
          onClick={onFold}
        >
          <Icon name="up" />
          Fold selection
        </button>
      )}
      {folds.map((fold) => (
        <button
          key={fold.id}
          type="button"
          className="button is-quiet"
          title={`Unfold ${wordsIn(fold.hidden)}`}
          onClick={() => onUnfold(fold)}
        >
          <Icon name="down" />
          <bdi className="fold-name">{excerptOf({ body: fold.hidden })}</bdi>
        </button>
      ))}
    </div>
  )
}
