import type { JSX } from 'react'
import { OfflineSwitch } from '../../shell/offline-switch.js'
import { StatusLine } from '../../shell/status-line.js'
import { WhoIsHere } from '../../shell/who-is-here.js'

interface HeaderProps {
  readonly pad: string
  readonly openId: string | undefined
}

/** Whose notes these are, how the edits stand, the switch for the line, and who is here. */
export function Header({ pad, openId }: HeaderProps): JSX.Element {
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
        <WhoIsHere object={pad} at={openId} />
      </div>
    </header>
  )
}
