import { type JSX, useId, useState } from 'react'
import { colorOf, type PoolClient, useClientPool, useOthers } from 'react-collab'
import { deviceWords, inOrder } from './device-words.js'
import { Face } from './face.js'
import { peopleOf, type Shown } from './faces.js'
import { Icon } from './icons.js'
import { type Person, usePerson } from './person.js'
import { timeAgo } from './time-ago.js'
import { useNow } from './use-now.js'

/** More than these are counted. */
const MOST_SHOWN = 40

interface DevicesProps {
  readonly object: string
  /** What a device is called, and its colour, where that is known; else those of who is there. */
  readonly lookOf?: ((device: PoolClient) => Person | undefined) | undefined
}

/** How many devices have this, and at a press which, when each was there, and how far it is. */
export function Devices({ object, lookOf }: DevicesProps): JSX.Element | null {
  const { clients } = useClientPool(object)
  const [isOpen, setOpen] = useState(false)
  const panel = useId()
  const count = clients?.filter(({ stale }) => !stale).length ?? 0
  if (count === 0) return null
  const words = count === 1 ? '1 device' : `${count} devices`
  return (
    <>
      <button
        type="button"
        className="devices-button"
        popoverTarget={panel}
        aria-label={`${words}: when each was here`}
      >
        <Icon name="devices" />
        {count}
      </button>
      <div
        id={panel}
        popover="auto"
        className="devices-panel"
        onToggle={(event) => setOpen(event.newState === 'open')}
      >
        {isOpen && <DeviceList object={object} lookOf={lookOf} />}
      </div>
    </>
  )
}

function DeviceList({ object, lookOf }: DevicesProps): JSX.Element {
  const { status, clients = [], knownAt = 0 } = useClientPool(object)
  const now = useNow()
  const personOf = usePeople(object)
  const shown = inOrder(clients)
  return (
    <>
      <h2>Devices</h2>
      {status === 'offline' && (
        <p className="hint">You are offline: this was known {timeAgo(knownAt, now)}.</p>
      )}
      <ul className="devices" aria-label="Devices">
        {shown.slice(0, MOST_SHOWN).map((device) => (
          <Device
            key={device.id}
            device={device}
            now={now}
            person={lookOf?.(device) ?? personOf(device)}
          />
        ))}
      </ul>
      {shown.length > MOST_SHOWN && (
        <p className="hint">and {(shown.length - MOST_SHOWN).toLocaleString('en')} more</p>
      )}
    </>
  )
}

interface DeviceProps {
  readonly device: PoolClient
  readonly now: number
  readonly person: Person
}

function Device({ device, now, person }: DeviceProps): JSX.Element {
  const { seen, synced, isSynced } = deviceWords(device, now)
  return (
    <li className={classOf(device)}>
      <Face {...person} />
      <p className="device-words">
        <strong>
          {person.name}
          {device.isMe && <span className="device-me"> this device</span>}
        </strong>
        <span className="device-seen">{seen}</span>
      </p>
      <span className={isSynced ? 'device-synced is-synced' : 'device-synced'}>{synced}</span>
    </li>
  )
}

function classOf({ connected, isMe }: PoolClient): string {
  if (connected) return 'device is-here is-connected'
  return isMe ? 'device is-here' : 'device'
}

/** Who people who are here say they are; other devices have but a number. */
function usePeople(object: string): (device: PoolClient) => Person {
  const [me] = usePerson()
  const others = useOthers<Shown, ReturnType<typeof peopleOf>>(object, peopleOf)
  const people = new Map<string | undefined, Person>(
    others.map((person) => [person.id.split(' ')[0], person]),
  )
  return ({ id, isMe }) =>
    isMe ? me : (people.get(id) ?? { name: `Device ${id.slice(-4)}`, color: colorOf(id) })
}
