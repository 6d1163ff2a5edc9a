import type { JSX } from 'react'
import { OfflineSwitch } from '../../shell/offline-switch.js'
import { StatusLine } from '../../shell/status-line.js'

/** Whose notes these are, how the edits stand, and the switch for the line. */
export function Header({ pad }: { readonly pad: string }): JSX.Element {
  return (
    <header className="header">
      <div className="header-book">
        <a href="/" className="home" aria-label="All demos">
          <img src="/icon.svg" alt="" width="30" height="30" />
        </a>
        <div className="header-names">
          <h1 className="title">
            <span className="title-text">Notes</span>
          </h1>
          <p className="book-name">
            pad <code>{pad}</code>
          </p>
        </div>
      </div>
      <StatusLine />
      <div className="header-tools">
        <OfflineSwitch />
      </div>
    </header>
  )
}
