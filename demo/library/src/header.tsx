import type { JSX } from 'react'
import { DemoHeader } from '../../shell/demo-header.js'
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
    <DemoHeader
      title="Library"
      of={
        <>
          library <code>{id}</code>
          {devices.mine && ` on ${devices.mine.name}`}
        </>
      }
      status={
        <StatusLine>
          <Devices
            object={id}
            lookOf={({ id: client }) => devices.all.find((each) => each.client?.id === client)}
          />
        </StatusLine>
      }
    >
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
    </DemoHeader>
  )
}
