import type { JSX } from 'react'
import { Icon } from '../../shell/icons.js'
import { go } from './place.js'

/** The id of the search field: the key `/` leads there. */
export const SEARCH_ID = 'search'

interface SearchBarProps {
  readonly search: string
  readonly onSearch: (search: string) => void
  /** Into the list; `open` with its first contact. */
  readonly onLeave: (how: 'enter-list' | 'open') => void
}

/** Search, and the way to a new contact. */
export function SearchBar({ search, onSearch, onLeave }: SearchBarProps): JSX.Element {
  return (
    <div className="search-bar">
      <div className="search">
        <Icon name="search" />
        <input
          id={SEARCH_ID}
          type="search"
          className="input"
          aria-label="Search contacts"
          placeholder="Search"
          autoComplete="off"
          spellCheck={false}
          dir="auto"
          enterKeyHint="search"
          value={search}
          onChange={(event) => onSearch(event.target.value)}
          onKeyDown={(event) => {
            if (event.key === 'ArrowDown') onLeave('enter-list')
            else if (event.key === 'Enter') onLeave('open')
            else if (event.key === 'Escape' && search === '') onLeave('enter-list')
            else if (event.key === 'Escape') onSearch('')
            else return
            event.preventDefault()
          }}
        />
        <kbd aria-hidden="true">/</kbd>
      </div>
      <button type="button" className="button is-primary" onClick={() => go({ view: 'new' })}>
        <Icon name="plus" />
        New<span className="unseen"> contact</span>
      </button>
    </div>
  )
}
