import { type JSX, useMemo } from 'react'
import type { Face } from '../../shell/faces.js'
import { Unreadable } from '../../shell/unreadable.js'
import { EmptyLibrary } from './empty-library.js'
import { FileRow } from './file-row.js'
import { filesIn, type Filter, isFiltering } from './filter.js'
import { useLibrary } from './library-context.js'
import { ListHead } from './list-head.js'
import { NoMatch } from './no-match.js'
import { RowList } from './row-list.js'
import { countWords, sizeWords } from './words.js'

interface FilesPaneProps {
  readonly filter: Filter
  readonly onFilter: (change: Partial<Filter>) => void
  readonly current: string | undefined
  /** Who looks at which file. */
  readonly faces: ReadonlyMap<string, readonly Face[]>
  readonly onOpen: (id: string, how: 'look' | 'choose') => void
}

/** The files of all devices. */
export function FilesPane({
  filter,
  onFilter,
  current,
  faces,
  onOpen,
}: FilesPaneProps): JSX.Element {
  const { id, files, devices, tags, albums, view } = useLibrary()
  const all = files.data ?? none
  const shown = useMemo(() => filesIn(all, filter, { tags, albums }), [all, filter, tags, albums])
  const bytes = useMemo(() => shown.reduce((sum, { size = 0 }) => sum + size, 0), [shown])
  const total = countWords(all.length, 'file')
  const count = isFiltering(filter)
    ? `${shown.length.toLocaleString('en')} of ${total}, ${sizeWords(bytes)}`
    : `${total}, ${sizeWords(bytes)}`

  return (
    <>
      <ListHead
        search={filter.search}
        onSearch={(search) => onFilter({ search })}
        count={all.length > 0 ? count : ''}
      />
      {files.status === 'failed' && <Unreadable object={id} what="library" error={files.error} />}
      {files.status === 'loading' && <p className="rows-none">Opening…</p>}
      {files.status === 'ready' && all.length === 0 && <EmptyLibrary />}
      {all.length > 0 && shown.length === 0 && <NoMatch onFilter={onFilter} />}
      {shown.length > 0 && (
        <RowList
          label="Files"
          rows={shown}
          list={JSON.stringify([filter, view.sort, view.descending])}
          current={current}
          onOpen={onOpen}
          render={(file) => (
            <FileRow
              file={file}
              device={devices.byId.get(file.device ?? '')}
              tags={tags.labels.get(file.id)}
              faces={faces.get(file.id)}
            />
          )}
        />
      )}
    </>
  )
}

const none: readonly never[] = []
