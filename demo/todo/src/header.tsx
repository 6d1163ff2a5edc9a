import type { JSX } from 'react'
import { OfflineSwitch } from '../../shell/offline-switch.js'
import { StatusLine } from '../../shell/status-line.js'

/** Which list this is, how its edits stand, and the switch for the line. */
export function Header({ list }: { readonly list: string }): JSX.Element {
  return (
    <header className="header">
      <div className="header-book">
        <a href="/" className="home" aria-label="All demos">
          <img src="/icon.svg" alt="" width="30" height="30" />
        </a>
        <div className="header-names">
          <p className="title">
            <span className="title-text">Todos</span>
          </p>
          <p className="book-name">
            list <code>{list}</code>
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
