import { type JSX, useMemo } from 'react'
import { timeAgo } from '../../shell/time-ago.js'
import { useNow } from '../../shell/use-now.js'
import { useLibrary } from './library-context.js'
import { ref, useOverwritten } from './schema.js'

/** Names that others replaced while this device was away, and the way back; else nothing. */
export function OverwrittenList(): JSX.Element | null {
  const { id } = useLibrary()
  const target = useMemo(() => ref.library(id), [id])
  const { items = [], putBack, dismiss } = useOverwritten(target)
  const now = useNow()
  if (items.length === 0) return null
  return (
    <details className="overwritten">
      <summary>Changed while you were away: {items.length.toLocaleString('en')}</summary>
      <ul>
        {items.map((item) => (
          <li key={item.id}>
            <p>
              <bdi>{textOf(item.value)}</bdi> is now <bdi>{textOf(item.current)}</bdi>,{' '}
              {timeAgo(item.writtenAt, now)}
            </p>
            <button type="button" className="button is-small" onClick={() => void putBack(item)}>
              Put back
            </button>
            <button
              type="button"
              className="button is-quiet is-small"
              onClick={() => void dismiss(item)}
            >
              Keep
            </button>
          </li>
        ))}
      </ul>
    </details>
  )
}

const textOf = (value: unknown): string =>
  typeof value === 'string' ? `“${value}”` : (JSON.stringify(value) ?? 'nothing')
