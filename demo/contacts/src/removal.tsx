import { type JSX, useState } from 'react'
import { removeObject, useClient } from 'react-collab'
import { Icon } from '../../shell/icons.js'

/** Removes the address book for everyone, after a question that says what that means. */
export function Removal({
  book,
  onRemoved,
}: {
  readonly book: string
  readonly onRemoved: () => void
}): JSX.Element {
  const client = useClient()
  const [state, setState] = useState<'idle' | 'asking' | 'removing' | 'failed'>('idle')

  function remove(): void {
    setState('removing')
    removeObject(client, book).then(onRemoved, () => setState('failed'))
  }

  if (state === 'idle')
    return (
      <p>
        <button
          type="button"
          className="button is-quiet is-danger"
          onClick={() => setState('asking')}
        >
          <Icon name="trash" />
          Delete for everyone…
        </button>
      </p>
    )
  return (
    <div className="removal" role="group" aria-label="Delete this address book for everyone?">
      <p role="alert">{state === 'failed' ? FAILED : QUESTION}</p>
      <button
        type="button"
        className="button is-danger"
        disabled={state === 'removing'}
        onClick={remove}
      >
        {state === 'failed' ? 'Try again' : 'Delete all contacts'}
      </button>{' '}
      <button type="button" className="button" autoFocus onClick={() => setState('idle')}>
        Keep them
      </button>
    </div>
  )
}

const QUESTION =
  'All contacts go, here and on every device, the deleted ones too, and nobody can undo that. What somebody wrote without a network stays with them, among the refused.'

const FAILED = 'Nothing was deleted: the server did not answer, or does not let you.'
