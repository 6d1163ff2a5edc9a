import type { CSSProperties, JSX } from 'react'
import { inkOn } from 'react-collab'
import { initialsOf } from '../../shell/initials.js'
import type { LibraryDevice } from './use-device.js'

/** A device, by its colour and its name. */
export function DeviceName({
  device,
}: {
  readonly device: LibraryDevice | undefined
}): JSX.Element | null {
  if (device === undefined) return null
  const { name, color } = device
  const style = { '--device': color, '--device-ink': inkOn(color) } as CSSProperties
  return (
    <span className="device-name" style={style} title={name}>
      <span className="device-dot" aria-hidden="true" data-initials={initialsOf(name)} />
      <bdi>{name}</bdi>
    </span>
  )
}
