import type { CSSProperties, JSX } from 'react'
import { inkOn } from 'react-collab'
import { initialsOf } from './initials.js'
import type { Face as Someone } from './faces.js'

/** A disc in somebody's colour, with their initials; its title is the name. */
export function Face({ name, color }: Pick<Someone, 'name' | 'color'>): JSX.Element {
  const style = { '--face': color, '--face-ink': inkOn(color) } as CSSProperties
  return (
    <span className="face" style={style} title={name}>
      <span aria-hidden="true">{initialsOf(name)}</span>
      <span className="unseen">{name}</span>
    </span>
  )
}

interface FacesProps {
  readonly faces: readonly Someone[]
  readonly label: string
  /** More are counted. */
  readonly most: number
}

/** Some faces in a row; nothing where there are none. */
export function Faces({ faces, label, most }: FacesProps): JSX.Element | null {
  if (faces.length === 0) return null
  const more = faces.length - most
  return (
    <ul className="faces" aria-label={label}>
      {faces.slice(0, most).map((face) => (
        <li key={face.id}>
          <Face {...face} />
        </li>
      ))}
      {more > 0 && <li className="faces-more">+{more}</li>}
    </ul>
  )
}
