import type { JSX } from 'react'
import { DEFAULT_BOOK, shareLink } from './book.js'

/** Shown when the link names an address book that cannot be. */
export function WrongBook({ asked }: { readonly asked: string }): JSX.Element {
  return (
    <main className="stop">
      <h1>No address book has this name</h1>
      <p>
        The link asks for “{asked.slice(0, 80)}”. A name has 1 to 128 letters, digits, hyphens or
        underscores, such as <code>team</code> or <code>our-choir</code>.
      </p>
      <p>
        <a className="button is-primary" href={shareLink(location.href, DEFAULT_BOOK)}>
          Open the usual address book
        </a>
      </p>
    </main>
  )
}
