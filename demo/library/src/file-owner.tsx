import { type JSX, useState } from 'react'
import { Icon } from '../../shell/icons.js'
import { useLibrary } from './library-context.js'
import type { LibraryFile } from './schema.js'

interface FileOwnerProps {
  readonly file: LibraryFile
  readonly onDeleted: () => void
}

/** What the owner of a file may do; for everybody else, who that is. */
export function FileOwner({ file, onDeleted }: FileOwnerProps): JSX.Element {
  const { devices, remove } = useLibrary()
  const [refusal, setRefusal] = useState<string>()
  const owner = devices.byId.get(file.device ?? '')?.name ?? 'another device'

  function tryAnyway(): void {
    try {
      remove(file)
    } catch (error) {
      setRefusal((error as Error).message)
    }
  }

  if (file.mine) {
    return (
      <section className="owner" aria-label="Owner">
        <p className="hint">
          This device owns the file: no other one can rename or delete it. It is deleted from the
          library, not from the disk.
        </p>
        <button
          type="button"
          className="button is-danger"
          onClick={() => {
            remove(file)
            onDeleted()
          }}
        >
          <Icon name="trash" />
          Delete
        </button>
      </section>
    )
  }
  return (
    <section className="owner" aria-label="Owner">
      <p className="hint">
        Only <bdi>{owner}</bdi> can rename or delete this file, for it owns it. Tags and albums are
        everybody’s.
      </p>
      {refusal === undefined ? (
        <button type="button" className="button is-quiet is-small" onClick={tryAnyway}>
          Try to delete it all the same
        </button>
      ) : (
        <p className="refusal" role="alert">
          Nothing was written. <code>{refusal}</code>
        </p>
      )}
    </section>
  )
}
