import { type JSX, useState } from 'react'
import { readAccount } from '../../shell/account.js'
import { AccountPanel } from '../../shell/account-panel.js'
import { BookTitle } from './book-title.js'
import { Devices } from '../../shell/devices.js'
import { Icon } from '../../shell/icons.js'
import { OfflineSwitch } from '../../shell/offline-switch.js'
import { Modal } from './modal.js'
import { usePage } from './page-context.js'
import { ShareDialog } from './share-dialog.js'
import { StatusLine } from '../../shell/status-line.js'
import { WhoIsHere } from '../../shell/who-is-here.js'

/** Which address book this is, how its edits stand, the switch for the line, and who is here. */
export function Header(): JSX.Element {
  const { book } = usePage()
  const [isSharing, setSharing] = useState(false)
  const [isSigning, setSigning] = useState(false)
  const [account] = useState(readAccount)
  return (
    <header className="header">
      <div className="header-book">
        <a href="/" className="home" aria-label="All demos">
          <img src="/icon.svg" alt="" width="30" height="30" />
        </a>
        <div className="header-names">
          <BookTitle />
          <p className="book-name">
            address book <code>{book}</code>
          </p>
        </div>
      </div>
      <StatusLine>
        <Devices object={book} />
      </StatusLine>
      <div className="header-tools">
        <OfflineSwitch />
        <button type="button" className="button" onClick={() => setSharing(true)}>
          <Icon name="share" />
          Share
        </button>
        <button type="button" className="button" onClick={() => setSigning(true)}>
          <Icon name="account" />
          {account === undefined ? 'Sign in' : account.name}
        </button>
        <WhoIsHere object={book} />
      </div>
      {isSigning && (
        <Modal title="Account" onClose={() => setSigning(false)}>
          <AccountPanel />
        </Modal>
      )}
      {isSharing && <ShareDialog onClose={() => setSharing(false)} />}
    </header>
  )
}
