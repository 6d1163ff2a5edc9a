import type { CSSProperties, JSX } from 'react'
import { personColors } from './colors.js'
import { MOST_NAME, type Person } from './person.js'

interface MePanelProps {
  readonly id: string
  readonly person: Person
  readonly onChange: (person: Person) => void
}

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
        {personColors.map(([color, name]) => (
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
