import { type JSX, useState } from 'react'
import { useSharedObject } from 'react-collab'
import { DEFAULT_BOOK } from './book.js'
import { Icon } from '../../shell/icons.js'
import { type BookFields, usePage } from './page-context.js'
import { useFieldDraft } from './use-field-draft.js'

/** The name that the people of this address book gave it; one click renames it for all. */
export function BookTitle(): JSX.Element {
  const { book, rename } = usePage()
  const [fields] = useSharedObject<BookFields>(book)
  const [isOpen, setOpen] = useState(false)
  const draft = useFieldDraft({
    name: `typed: ${book} title`,
    stored: fields?.title ?? '',
    write: (title) => rename(title).local,
  })
  const usual = book === DEFAULT_BOOK ? 'Contacts' : book
  const title = fields?.title?.trim() || usual

  if (!isOpen) {
    return (
      <h1 className="title">
        <button
          type="button"
          className="title-button"
          title="Rename this address book"
          onClick={() => setOpen(true)}
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
      text={draft.isTyped ? draft.text : title}
      onText={draft.type}
      onEnd={(how) => {
        if (how === 'done') draft.leave()
        else draft.drop()
        setOpen(false)
      }}
    />
  )
}

interface TitleInputProps {
  readonly text: string
  readonly onText: (text: string) => void
  readonly onEnd: (how: 'done' | 'given up') => void
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
      onBlur={() => onEnd('done')}
      onKeyDown={(event) => {
        if (event.key === 'Enter') onEnd('done')
        else if (event.key === 'Escape') onEnd('given up')
      }}
    />
  )
}
