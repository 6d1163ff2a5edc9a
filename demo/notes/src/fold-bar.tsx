import type { JSX } from 'react'
import type { Fold } from 'react-collab'
import { Icon } from '../../shell/icons.js'
import { excerptOf, wordsIn } from './note.js'

interface FoldBarProps {
  readonly folds: readonly Fold[]
  readonly onUnfold: (id: number) => void
}

/** What is folded away on this screen. */
export function FoldBar({ folds, onUnfold }: FoldBarProps): JSX.Element | null {
  if (folds.length === 0) return null
  return (
    <div className="folds" role="group" aria-label="Folded">
      <span className="hint" aria-hidden="true">
        Folded
      </span>
      {folds.map((fold) => (
        <button
          key={fold.id}
          type="button"
          className="button is-quiet is-small"
          title={`Unfold ${wordsIn(fold.hidden)}`}
          onClick={() => onUnfold(fold.id)}
        >
          <Icon name="unfold" />
          <bdi className="fold-name">{excerptOf({ body: fold.hidden })}</bdi>
        </button>
      ))}
    </div>
  )
}
