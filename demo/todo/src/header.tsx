import type { JSX } from 'react'
import type { Undo } from 'react-collab'
import { DemoHeader } from '../../shell/demo-header.js'
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
    <DemoHeader
      title="Todos"
      of={
        <>
          list <code>{list}</code>
        </>
      }
      status={<StatusLine />}
    >
      <UndoButtons undo={undo} />
      <OfflineSwitch />
    </DemoHeader>
  )
}
