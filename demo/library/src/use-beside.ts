import { useState } from 'react'
import { useMedia } from '../../shell/use-media.js'
import { useLibrary } from './library-context.js'
import type { Beside } from './side-panel.js'
import type { Copies } from './use-copies.js'
import { openFile, useOpenFile } from './use-open-file.js'

/** What is open beside the list, and how to open something else. */
export interface OpenBeside {
  readonly beside: Beside | undefined
  /** It was chosen, and not only walked onto. */
  readonly isChosen: boolean
  /** Opens a row of the list that is shown. */
  readonly open: (id: string, how: 'look' | 'choose') => void
  readonly close: () => void
  readonly toFile: (id: string) => void
  readonly toContent: (hash: string) => void
}

/** A file is open by the address of this tab, a content by the view of this device. */
export function useBeside(copies: Copies): OpenBeside {
  const { view, look, fileOf } = useLibrary()
  const file = useOpenFile()
  const isWide = useMedia('(min-width: 64rem)')
  const [isChosen, setChosen] = useState(false)
  return {
    beside: besideOf(view.list, view.content, file),
    isChosen,
    open(id, how) {
      // Where there is no room beside the list, only what is chosen takes its place.
      if (how === 'look' && !isWide) return
      setChosen(how === 'choose')
      if (view.list === 'copies') look({ content: id })
      else openFile(id, isWide ? 'replace' : 'push')
    },
    close() {
      if (view.list === 'copies') look({ content: '' })
      else openFile(undefined)
    },
    toFile(id) {
      setChosen(true)
      openFile(id)
      look({ list: 'files' })
    },
    toContent(hash) {
      setChosen(true)
      look({ list: 'copies', content: hash })
    },
  }

  function besideOf(list: string, content: string, id: string | undefined): Beside | undefined {
    if (list === 'files')
      return id === undefined ? undefined : { kind: 'file', id, file: fileOf(id) }
    if (content === '') return undefined
    return { kind: 'content', id: content, content: copies.byHash.get(content) }
  }
}
