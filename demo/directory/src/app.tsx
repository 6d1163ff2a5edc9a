import { type JSX, useState } from 'react'
import { useSyncStatus } from 'react-collab'
import { DemoHeader } from '../../shell/demo-header.js'
import { OfflineSwitch } from '../../shell/offline-switch.js'
import { StatusLine } from '../../shell/status-line.js'
import { Filler } from './filler.js'
import { PeopleList } from './people-list.js'
import type { Order } from './schema.js'

/** The directory: how it stands, how it is ordered, and everybody in it. */
export function App({ directory }: { readonly directory: string }): JSX.Element {
  const [order, setOrder] = useState<Order>('name')
  const [descending, setDescending] = useState(false)
  const { progress } = useSyncStatus()
  const by = (next: Order): void => {
    setDescending(order === next && !descending)
    setOrder(next)
  }
  return (
    <>
      <DemoHeader
        title="Directory"
        of={
          <>
            of <code>{directory}</code>
          </>
        }
        status={<StatusLine />}
      >
        <Filler directory={directory} />
        <OfflineSwitch />
      </DemoHeader>
      {progress !== undefined && (
        <progress
          className="loading"
          aria-label="Loading the directory"
          value={progress.received}
          max={Math.max(progress.expected, 1)}
        />
      )}
      <PeopleList
        key={`${order} ${descending}`}
        directory={directory}
        order={order}
        descending={descending}
        onOrder={by}
      />
    </>
  )
}
