import { type JSX, useState } from 'react'
import { readAccount } from '../../shell/account.js'
import { AccountPanel } from '../../shell/account-panel.js'
import { BookTitle } from './book-title.js'
import { DemoHeader } from '../../shell/demo-header.js'
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
    <>
      <DemoHeader
        title={<BookTitle />}
        of={
          <>
            address book <code>{book}</code>
          </>
        }
        status={
          <StatusLine account={account?.name}>
            <Devices object={book} />
          </StatusLine>
        }
      >
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
      </DemoHeader>
      {isSigning && (
        <Modal title="Account" onClose={() => setSigning(false)}>
          <AccountPanel />
        </Modal>
      )}
      {isSharing && <ShareDialog onClose={() => setSharing(false)} />}
    </>
  )
}
