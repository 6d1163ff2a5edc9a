import type { JSX } from 'react'
import { playedDevice } from '../../shell/device.js'
import { Devices } from '../../shell/devices.js'
import { Icon } from '../../shell/icons.js'
import { OfflineSwitch } from '../../shell/offline-switch.js'
import { StatusLine } from '../../shell/status-line.js'
import { WhoIsHere } from '../../shell/who-is-here.js'
import { otherDeviceLink } from './address.js'
import { useLibrary } from './library-context.js'

/** Which library this is, how its edits stand, the switch for the line, and who is here. */
export function Header({ at }: { readonly at: string | undefined }): JSX.Element {
  const { id, devices } = useLibrary()
  return (
    <header className="header">
      <div className="header-book">
        <a href="/" className="home" aria-label="All demos">
          <img src="/icon.svg" alt="" width="30" height="30" />
        </a>
        <div className="header-names">
          <p className="title">
            <span className="title-text">Library</span>
          </p>
          <p className="book-name">
            library <code>{id}</code>
            {devices.mine && ` on ${devices.mine.name}`}
          </p>
        </div>
      </div>
      <StatusLine>
        <Devices
          object={id}
          nameOf={(client) => devices.all.find((each) => each.client?.id === client.id)?.name}
        />
      </StatusLine>
      <div className="header-tools">
        <OfflineSwitch />
        <a
          className="button"
          href={otherDeviceLink(location.href, playedDevice())}
          target="_blank"
          rel="noopener"
        >
          <Icon name="devices" />
          Second device
        </a>
        <WhoIsHere object={id} at={at} />
      </div>
    </header>
  )
}
