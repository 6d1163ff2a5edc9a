import type { JSX } from 'react'
import { completeWords, deviceWords } from '../../shell/device-words.js'
import { useNow } from '../../shell/use-now.js'
import { DeviceName } from './device-name.js'
import { useLibrary } from './library-context.js'
import { NameField } from './name-field.js'
import type { LibraryDevice } from './use-device.js'

interface DeviceListProps {
  /** How many files each has. */
  readonly counts: ReadonlyMap<string, number>
  readonly chosen: string | undefined
  readonly onChoose: (device: string | undefined) => void
}

/** The devices that have files here: whether each is here, when it was, and how far it is. */
export function DeviceList({ counts, chosen, onChoose }: DeviceListProps): JSX.Element {
  const { devices } = useLibrary()
  const now = useNow()
  const { mine } = devices
  return (
    <section className="nav-part" aria-label="Devices">
      <h2>Devices</h2>
      <ul className="nav-list" aria-label="Devices of the library">
        {devices.all.map((device) => (
          <li key={device.id}>
            <button
              type="button"
              className="nav-item is-device"
              aria-pressed={device.id === chosen}
              onClick={() => onChoose(device.id === chosen ? undefined : device.id)}
            >
              <DeviceName device={device} />
              <span className="nav-count">{(counts.get(device.id) ?? 0).toLocaleString('en')}</span>
              <span className="nav-words">{wordsOf(device, now)}</span>
            </button>
          </li>
        ))}
      </ul>
      {mine !== undefined && (
        <label className="nav-name">
          This device is called
          <NameField label="This device is called" value={mine.name} onName={devices.rename} />
        </label>
      )}
    </section>
  )
}

function wordsOf({ client, isMe }: LibraryDevice, now: number): string {
  const me = isMe ? 'This device. ' : ''
  if (client === undefined) return isMe ? me : 'Not heard of yet'
  // How far it is, the status line says of this one: what the others last heard is older.
  if (isMe && !client.connected) return `${me}Not connected`
  const { seen, synced } = deviceWords(client, now)
  const complete = completeWords(client, now)
  return `${me}${[seen, synced, complete].filter((each) => each !== undefined).join(', ')}`
}
