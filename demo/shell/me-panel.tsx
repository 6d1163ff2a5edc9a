import type { CSSProperties, JSX } from 'react'
import { MOST_NAME, type Person } from './person.js'

interface MePanelProps {
  readonly id: string
  readonly person: Person
  readonly onChange: (person: Person) => void
}

const colors: readonly (readonly [string, string])[] = [
  ['#e03131', 'Red'],
  ['#e8590c', 'Orange'],
  ['#f08c00', 'Amber'],
  ['#2f9e44', 'Green'],
  ['#0c8599', 'Teal'],
  ['#1971c2', 'Blue'],
  ['#6741d9', 'Violet'],
  ['#d6336c', 'Pink'],
]

/** Where one says what the others see: a name and a colour. */
export function MePanel({ id, person, onChange }: MePanelProps): JSX.Element {
  return (
    <div id={id} popover="auto" className="me-panel">
      <label className="me-name">
        What others call you
        <input
          className="input"
          value={person.name}
          maxLength={MOST_NAME}
          autoComplete="nickname"
          onChange={(event) => onChange({ ...person, name: event.target.value })}
        />
      </label>
      <fieldset className="me-colors">
        <legend>Your colour</legend>
        {colors.map(([color, name]) => (
          <label key={color} className="me-color" style={{ '--face': color } as CSSProperties}>
            <input
              type="radio"
              name={`${id}-color`}
              checked={person.color === color}
              onChange={() => onChange({ ...person, color })}
            />
            <span className="unseen">{name}</span>
          </label>
        ))}
      </fieldset>
      <p className="hint">It stays in this browser. Whoever has this page open sees it.</p>
    </div>
  )
}
