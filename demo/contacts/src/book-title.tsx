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
    <TitleInput
      text={typed}
      onText={setTyped}
      onEnd={(text) => {
        setTyped(undefined)
        if (text !== undefined && text.trim() !== title) rename(text.trim())
      }}
    />
  )
}

interface TitleInputProps {
  readonly text: string
  readonly onText: (text: string) => void
  /** Undefined when it was given up. */
  readonly onEnd: (text: string | undefined) => void
}

function TitleInput({ text, onText, onEnd }: TitleInputProps): JSX.Element {
  return (
    <input
      className="title title-input"
      aria-label="Name of the address book"
      dir="auto"
      maxLength={80}
      autoFocus
      value={text}
      onChange={(event) => onText(event.target.value)}
      onFocus={(event) => event.target.select()}
      onBlur={() => onEnd(text)}
      onKeyDown={(event) => {
        if (event.key === 'Enter') onEnd(text)
        else if (event.key === 'Escape') onEnd(undefined)
      }}
    />
  )
}
