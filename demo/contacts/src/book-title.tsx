import { type JSX, useState } from 'react'
import { useSharedObject } from 'react-collab'
import { DEFAULT_BOOK } from './book.js'
import { Icon } from './icons.js'
import { type BookFields, usePage } from './page-context.js'

/** The name that the people of this address book gave it; one click renames it for all. */
export function BookTitle(): JSX.Element {
  const { book, rename } = usePage()
  const [fields] = useSharedObject<BookFields>(book)
  const [typed, setTyped] = useState<string>()
  const usual = book === DEFAULT_BOOK ? 'Contacts' : book
  const title = fields?.title || usual

  function finish(text: string | undefined): void {
    setTyped(undefined)
    if (text !== undefined && text.trim() !== title) rename(text.trim())
  }

  if (typed === undefined) {
    return (
      <h1 className="title">
        <button
          type="button"
          className="title-button"
          title="Rename this address book"
          onClick={() => setTyped(title)}
        >
          <bdi className="title-text">{title}</bdi>
          <span className="unseen">, rename</span>
          <Icon name="pencil" />
        </button>
      </h1>
    )
  }
  return (
    <form
      className="title"
      onSubmit={(event) => {
        event.preventDefault()
        finish(typed)
      }}
    >
      <input
        className="title-input"
        aria-label="Name of the address book"
        dir="auto"
        maxLength={80}
        autoFocus
        value={typed}
        onChange={(event) => setTyped(event.target.value)}
        onFocus={(event) => event.target.select()}
        onBlur={() => finish(typed)}
        onKeyDown={(event) => {
          if (event.key === 'Escape') finish(undefined)
        }}
      />
    </form>
  )
}
