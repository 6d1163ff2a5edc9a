import { type JSX, useCallback, useEffect, useMemo, useState } from 'react'
import { useOthers } from 'react-collab'
import { facesOf, type Face } from '../../shell/faces.js'
import { Toaster } from '../../shell/toaster.js'
import { UpdatePrompt } from '../../shell/update-prompt.js'
import { useMedia } from '../../shell/use-media.js'
import { CopiesPane } from './copies-pane.js'
import { FilesPane } from './files-pane.js'
import { type Filter, isFiltering, noFilter } from './filter.js'
import { Header } from './header.js'
import { IndexTools } from './index-tools.js'
import { useLibrary } from './library-context.js'
import { LIST_ID } from './row-list.js'
import { SideNav } from './side-nav.js'
import { SidePanel } from './side-panel.js'
import { useBeside } from './use-beside.js'
import { useCopies } from './use-copies.js'

/** The page. */
export function App(): JSX.Element {
  const { id, view, toasts } = useLibrary()
  const [filter, setFilter] = useState<Filter>(noFilter)
  const refine = useCallback(
    (change: Partial<Filter>) => setFilter((now) => ({ ...now, ...change })),
    [],
  )
  const isWide = useMedia('(min-width: 46rem)')
  const copies = useCopies(id)
  const { beside, isChosen, open, close, toFile, toContent } = useBeside(copies)
  const openFile = beside?.kind === 'file' ? beside.file : undefined
  const faces = useFaces(id)
  const nav = <SideNav filter={filter} onFilter={refine} />
  useFocusBack(beside === undefined)
  return (
    <>
      <Header at={openFile?.id} />
      <main className="library" data-beside={beside === undefined ? 'none' : beside.kind}>
        {isWide ? (
          <nav className="nav" aria-label="Filter">
            {nav}
          </nav>
        ) : (
          <details className="nav-fold">
            <summary>{isFiltering(filter) ? 'Filter is on' : 'Devices, tags, albums'}</summary>
            <nav className="nav" aria-label="Filter">
              {nav}
            </nav>
          </details>
        )}
        <section className="list-pane" aria-label="Library">
          <IndexTools />
          {view.list === 'files' ? (
            <FilesPane
              filter={filter}
              onFilter={refine}
              current={openFile?.id}
              faces={faces}
              onOpen={open}
            />
          ) : (
            <CopiesPane filter={filter} onFilter={refine} contents={copies.all} onOpen={open} />
          )}
        </section>
        {beside !== undefined && (
          <SidePanel
            beside={beside}
            content={copies.byHash.get(openFile?.hash ?? '')}
            faces={faces.get(beside.id) ?? nobody}
            isChosen={isChosen}
            onFile={toFile}
            onContent={toContent}
            onClose={close}
          />
        )}
        <Toaster toasts={toasts} onLeave={toList}>
          <UpdatePrompt />
        </Toaster>
      </main>
    </>
  )
}

const nobody: readonly Face[] = []

/** Who looks at which file. */
function useFaces(library: string): ReadonlyMap<string, readonly Face[]> {
  const faces = useOthers(library, facesOf)
  return useMemo(() => {
    const byFile = new Map<string, Face[]>()
    for (const face of faces) {
      const { at = '' } = face
      byFile.set(at, [...(byFile.get(at) ?? []), face])
    }
    return byFile
  }, [faces])
}

const toList = (): void => document.getElementById(LIST_ID)?.focus({ preventScroll: true })

/** As what had the keyboard goes, the list has it. */
function useFocusBack(isClosed: boolean): void {
  useEffect(() => {
    if (isClosed && document.activeElement === document.body) toList()
  }, [isClosed])
}
