import type { CSSProperties, JSX } from 'react'
import { colorOf } from 'react-collab'
import type { LibraryDevice } from './use-device.js'

/** A device, by its colour and its name. */
export function DeviceName({
  device,
}: {
  readonly device: LibraryDevice | undefined
}): JSX.Element | null {
  if (device === undefined) return null
  return (
    <span className="device-name" style={{ '--device': colorOf(device.id) } as CSSProperties}>
      <span className="device-dot" aria-hidden="true" />
      <bdi>{device.name}</bdi>
    </span>
  )
}
