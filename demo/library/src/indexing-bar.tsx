import type { JSX } from 'react'
import { useConnection, useSyncStatus } from 'react-collab'
import { reasonOf } from '../../shell/reason.js'
import { Icon } from '../../shell/icons.js'
import type { Indexing } from './use-indexing.js'
import { countWords } from './words.js'

interface IndexingBarProps {
  readonly indexing: Indexing
  readonly onForget: () => void
}

/** Says how far the indexing is; nothing where there is none. */
export function IndexingBar({ indexing, onForget }: IndexingBarProps): JSX.Element | null {
  const { unsent } = useSyncStatus()
  const { status } = useConnection()
  if (indexing.phase === 'none') return null
  const { text, done, total } = wordsOf(indexing, unsent, status === 'online')
  // It goes on by itself, but nobody can say when.
  const isStill = indexing.phase === 'sending' && status !== 'online'
  const isBusy = done < total && !isStill
  return (
    <div className={indexing.phase === 'failed' ? 'indexing is-bad' : 'indexing'}>
      <p role="status" aria-label="Indexing">
        {text}
      </p>
      {isBusy ? (
        <progress aria-label="Progress" value={done} max={total} />
      ) : (
        <button type="button" className="icon-button" aria-label="Dismiss" onClick={onForget}>
          <Icon name="close" />
        </button>
      )}
    </div>
  )
}

interface Words {
  readonly text: string
  readonly done: number
  readonly total: number
}

function wordsOf(
  indexing: Exclude<Indexing, { readonly phase: 'none' }>,
  unsent: number,
  isOnline: boolean,
): Words {
  switch (indexing.phase) {
    case 'reading': {
      const { done, total } = indexing
      return { text: `Reading ${countWords(total, 'file')}…`, done, total }
    }
    case 'adding': {
      const { done, total } = indexing
      return { text: `Adding ${countWords(total / 2, 'file')}…`, done, total }
    }
    case 'sending': {
      const { total } = indexing
      const done = Math.max(0, total - unsent)
      const count = countWords(total, 'file')
      if (!isOnline)
        return { text: `${count} indexed: others get them once there is a line.`, done, total }
      return { text: `${done.toLocaleString('en')} of ${count} sent…`, done, total }
    }
    case 'done': {
      const { total, changed, same } = indexing
      const parts = [
        total > 0 || changed + same === 0 ? `${countWords(total, 'file')} indexed` : '',
        changed > 0 ? `${countWords(changed, 'file')} changed` : '',
        same > 0 ? `${countWords(same, 'file')} as known` : '',
      ]
      return { text: `${parts.filter(Boolean).join(', ')}.`, done: total, total }
    }
    case 'failed':
      return { text: `It could not be indexed: ${reasonOf(indexing.reason)}`, done: 0, total: 0 }
  }
}
