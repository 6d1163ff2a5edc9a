import { type JSX, useRef, useState } from 'react'
import { shareLink } from './book.js'
import { Icon } from '../../shell/icons.js'
import { Modal } from './modal.js'
import { usePage } from './page-context.js'
import { Removal } from './removal.js'

/** Tells which address book this is, how others come here, and opens another. */
export function ShareDialog({ onClose }: { readonly onClose: () => void }): JSX.Element {
  const { book } = usePage()
  const link = shareLink(location.href, book)
  const input = useRef<HTMLInputElement>(null)
  const [said, setSaid] = useState('')

  function copy(): void {
    input.current?.select()
    const done = navigator.clipboard?.writeText(link) ?? Promise.reject(new Error('no clipboard'))
    done.then(
      () => setSaid('Copied.'),
      () => setSaid('Press Ctrl+C or ⌘C to copy.'),
    )
  }

  return (
    <Modal title="Share this address book" onClose={onClose}>
      <p>
        This is the address book <code>{book}</code>. Whoever opens this link reads and writes the
        same contacts.
      </p>
      <div className="copy">
        <input
          ref={input}
          readOnly
          aria-label="Link to this address book"
          className="input"
          value={link}
          onFocus={(event) => event.target.select()}
        />
        <button type="button" className="button is-primary" onClick={copy}>
          Copy
        </button>
      </div>
      <p className="said" role="status">
        {said}
      </p>
      <p>
        <a href={link} target="_blank" rel="noopener">
          Open it in a second window
        </a>
      </p>
      <OtherBook />
      <Removal book={book} onRemoved={onClose} />
    </Modal>
  )
}

function OtherBook(): JSX.Element {
  const [name, setName] = useState('')
  const isName = /^[\w-]{1,128}$/.test(name)
  return (
    <form
      className="other-book"
      onSubmit={(event) => {
        event.preventDefault()
        if (isName) location.href = shareLink(location.href, name)
      }}
    >
      <label htmlFor="other-book">Open another address book, or begin one</label>
      <div className="copy">
        <input
          id="other-book"
          className="input"
          placeholder="our-choir"
          autoCapitalize="none"
          spellCheck={false}
          value={name}
          onChange={(event) => setName(event.target.value)}
          aria-describedby="other-book-hint"
        />
        <button type="submit" className="button" disabled={!isName}>
          <Icon name="plus" />
          Open
        </button>
      </div>
      <p id="other-book-hint" className="hint">
        Letters, digits, hyphens and underscores.
      </p>
    </form>
  )
}
