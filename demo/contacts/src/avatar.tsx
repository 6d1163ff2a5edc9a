import type { JSX } from 'react'
import { initialsOf } from '../../shell/initials.js'

interface AvatarProps {
  readonly id: string
  readonly name: string
  readonly isLarge?: boolean
}

/** A coloured disc with initials; the colour is the contact's own. */
export function Avatar({ id, name, isLarge = false }: AvatarProps): JSX.Element {
  return (
    <span
      className={isLarge ? 'avatar is-large' : 'avatar'}
      style={{ '--hue': hueOf(id) } as React.CSSProperties}
      aria-hidden="true"
    >
      {initialsOf(name)}
    </span>
  )
}

function hueOf(id: string): number {
  let hash = 7
  for (const char of id) hash = (hash * 31 + (char.codePointAt(0) ?? 0)) % 9973
  return ((hash * 7) % 24) * 15
}
