import { type JSX, useMemo } from 'react'
import { ContentRow } from './content-row.js'
import { filesIn, type Filter, isFiltering } from './filter.js'
import { useLibrary } from './library-context.js'
import { ListHead } from './list-head.js'
import { NoMatch } from './no-match.js'
import { RowList } from './row-list.js'
import type { SharedContent } from './schema.js'
import { countWords, sizeWords } from './words.js'

interface CopiesPaneProps {
  readonly filter: Filter
  readonly onFilter: (change: Partial<Filter>) => void
  /** Contents that are there more than once, those that take most first. */
  readonly contents: readonly SharedContent[]
  readonly onOpen: (id: string, how: 'look' | 'choose') => void
}

/** What is there more than once, on one device or on several, of the files that the filter shows. */
export function CopiesPane({ filter, onFilter, contents, onOpen }: CopiesPaneProps): JSX.Element {
  const { view, files, tags, albums } = useLibrary()
  const all = files.data ?? none
  const shown = useMemo(() => {
    if (!isFiltering(filter)) return contents
    const found = new Set(filesIn(all, filter, { tags, albums }).map(({ hash }) => hash))
    return contents.filter(({ id }) => found.has(id))
  }, [contents, all, filter, tags, albums])
  const spare = useMemo(() => shown.reduce((sum, each) => sum + (each.spare ?? 0), 0), [shown])
  return (
    <>
      <ListHead
        search={filter.search}
        onSearch={(search) => onFilter({ search })}
        count={`${countWords(shown.length, 'duplicate')}, ${sizeWords(spare)} to save`}
      />
      {contents.length === 0 && (
        <div className="rows-none">
          <h2>No duplicates</h2>
          <p>
            What two devices have alike, or one has twice, is listed here as soon as it is known.
          </p>
        </div>
      )}
      {contents.length > 0 && shown.length === 0 && <NoMatch onFilter={onFilter} />}
      {shown.length > 0 && (
        <RowList
          label="Duplicates"
          rows={shown}
          list={JSON.stringify(['copies', filter])}
          current={view.content}
          onOpen={onOpen}
          render={(content) => <ContentRow content={content} />}
        />
      )}
    </>
  )
}

const none: readonly never[] = []
