import type { JSX } from 'react'
import type { Undo } from 'react-collab'
import { OfflineSwitch } from '../../shell/offline-switch.js'
import { StatusLine } from '../../shell/status-line.js'
import { UndoButtons } from '../../shell/undo-buttons.js'

interface HeaderProps {
  readonly list: string
  readonly undo: Undo
}

/** Which list this is, how its edits stand, undo, and the switch for the line. */
export function Header({ list, undo }: HeaderProps): JSX.Element {
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
        <UndoButtons undo={undo} />
        <OfflineSwitch />
      </div>
    </header>
  )
}
