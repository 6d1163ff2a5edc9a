import { type JSX, useRef } from 'react'
import { useOwner } from 'react-collab'
import { Icon } from '../../shell/icons.js'
import { foundFile } from './found-file.js'
import { IndexingBar } from './indexing-bar.js'
import { useLibrary } from './library-context.js'
import { sampleFolder } from './sample-folder.js'
import { useIndexing } from './use-indexing.js'

const SAMPLE = 2000
const LARGE = 10_000

/** Takes a folder of this device into the library, or one that is made up. */
export function IndexTools(): JSX.Element {
  const { devices } = useLibrary()
  const [indexing, index, forget] = useIndexing()
  const input = useRef<HTMLInputElement>(null)
  const isBusy = devices.mine === undefined || indexing.phase === 'reading'
  const me = useOwner() ?? ''
  const sample = (count: number): void => index(sampleFolder(me, count))
  return (
    <section className="index" aria-label="Index">
      <div className="index-ways">
        <button
          type="button"
          className="button is-primary"
          disabled={isBusy}
          onClick={() => input.current?.click()}
        >
          <Icon name="folder" />
          Index a folder…
        </button>
        <button type="button" className="button" disabled={isBusy} onClick={() => sample(SAMPLE)}>
          Sample of 2,000
        </button>
        <button
          type="button"
          className="button is-quiet"
          aria-label="Sample of 10,000"
          disabled={isBusy}
          onClick={() => sample(LARGE)}
        >
          10,000
        </button>
        <input
          ref={input}
          type="file"
          hidden
          multiple
          aria-label="A folder of this device"
          {...{ webkitdirectory: '' }}
          onChange={({ currentTarget: it }) => {
            index([...(it.files ?? [])].map(foundFile))
            it.value = ''
          }}
        />
      </div>
      <IndexingBar indexing={indexing} onForget={forget} />
    </section>
  )
}
