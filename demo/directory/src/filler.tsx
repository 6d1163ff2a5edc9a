import { type JSX, useState } from 'react'
import { useClient } from 'react-collab'
import { personAt } from './people.js'
import { ref } from './schema.js'

const MANY = 10_000
/** As many at a time keep the page quick. */
const BATCH = 1000

/** Makes people up, ten thousand at a press. */
export function Filler({ directory }: { readonly directory: string }): JSX.Element {
  const client = useClient()
  const [isFilling, setFilling] = useState(false)
  async function fill(): Promise<void> {
    setFilling(true)
    const opened = client.open(ref.directory(directory))
    const { object } = opened
    await object.loaded
    const first = Math.floor(Math.random() * 90_000_000)
    for (let n = first; n < first + MANY; n += BATCH) {
      const people = Array.from({ length: BATCH }, (_, i) => personAt(n + i))
      await object.createMany('people', people).local
    }
    opened.close()
    setFilling(false)
  }
  return (
    <button
      type="button"
      className="button"
      disabled={isFilling}
      onClick={() => void fill().catch(() => setFilling(false))}
    >
      {isFilling ? (
        'Adding…'
      ) : (
        <span>
          Add 10,000<span className="filler-what"> people</span>
        </span>
      )}
    </button>
  )
}
