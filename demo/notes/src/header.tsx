import type { JSX } from 'react'
import { DemoHeader } from '../../shell/demo-header.js'
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
    <DemoHeader
      title={
        <h1 className="title">
          <span className="title-text">Notes</span>
        </h1>
      }
      of={
        <>
          pad <code>{pad}</code>
        </>
      }
      status={<StatusLine />}
    >
      <OfflineSwitch />
      <WhoIsHere object={pad} at={openId} />
    </DemoHeader>
  )
}
