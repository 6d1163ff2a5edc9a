import { type JSX, useEffect, useState } from 'react'
import { useHasSynced } from 'react-collab'
import { useLibrary } from './library-context.js'

/** A first load that is quicker is not spoken of. */
const PATIENCE_MS = 600

/** Shown where there are no files: none at all, or none that this device has heard of yet. */
export function EmptyLibrary(): JSX.Element {
  const { id } = useLibrary()
  const hasSynced = useHasSynced(id) === true
  const [isLate, setLate] = useState(false)
  useEffect(() => {
    const timer = setTimeout(() => setLate(true), PATIENCE_MS)
    return () => clearTimeout(timer)
  }, [])
  if (!hasSynced && !isLate) return <p className="rows-none">Opening…</p>
  return (
    <div className="rows-none">
      <h2>{hasSynced ? 'No files yet' : 'Not loaded yet'}</h2>
      <p>
        {hasSynced
          ? 'Index a folder, then open the library as a second device and index one there: each sees what the other has, and what both have.'
          : 'Nothing of this library has come from the server to this device yet. You can index a folder all the same: it is sent when the server is there.'}
      </p>
    </div>
  )
}
