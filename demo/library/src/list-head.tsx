import type { JSX } from 'react'
import { Icon } from '../../shell/icons.js'
import { useLibrary } from './library-context.js'
import type { View } from './use-view.js'

interface ListHeadProps {
  readonly search: string
  readonly onSearch: (search: string) => void
  /** How many are shown, in words. */
  readonly count: string
}

/** Search, which list it is, how many it shows, and in which order. */
export function ListHead({ search, onSearch, count }: ListHeadProps): JSX.Element {
  const { view, look } = useLibrary()
  return (
    <div className="list-head">
      <div className="search">
        <Icon name="search" />
        <input
          type="search"
          className="input"
          aria-label="Search files"
          placeholder="Search names and folders"
          autoComplete="off"
          spellCheck={false}
          dir="auto"
          value={search}
          onChange={(event) => onSearch(event.target.value)}
        />
      </div>
      <div className="sides" role="group" aria-label="Show">
        {lists.map(([list, label]) => (
          <button
            key={list}
            type="button"
            className="side-button"
            aria-pressed={view.list === list}
            onClick={() => look({ list })}
          >
            {label}
          </button>
        ))}
      </div>
      <p className="count" role="status" aria-label="Shown">
        {count}
      </p>
      {view.list === 'files' && <SortBy view={view} onSort={look} />}
    </div>
  )
}

const lists = [
  ['files', 'Files'],
  ['copies', 'Duplicates'],
] as const

interface SortByProps {
  readonly view: View
  readonly onSort: (change: Partial<View>) => void
}

function SortBy({ view, onSort }: SortByProps): JSX.Element {
  const way = view.descending ? 'descending' : 'ascending'
  return (
    <div className="sort">
      <select
        className="select"
        aria-label="Sort by"
        value={view.sort}
        onChange={(event) => onSort({ sort: event.target.value as View['sort'] })}
      >
        <option value="name">Name</option>
        <option value="path">Folder</option>
        <option value="size">Size</option>
      </select>
      <button
        type="button"
        className="icon-button"
        aria-label={`Order: ${way}`}
        title={`Order: ${way}`}
        onClick={() => onSort({ descending: !view.descending })}
      >
        <Icon name={view.descending ? 'up' : 'down'} />
      </button>
    </div>
  )
}
