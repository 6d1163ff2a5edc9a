import { type JSX, useState } from 'react'
import { useGenerator } from './use-generator.js'

const LEAST = 1
const MOST = 50

/** Traffic at the press of a button. */
export function GeneratorPanel(): JSX.Element {
  const [isRunning, setRunning] = useState(false)
  const [perSecond, setPerSecond] = useState(5)
  const made = useGenerator(isRunning, perSecond)
  return (
    <details className="generator">
      <summary>
        Generator
        <span className={isRunning ? 'generator-state is-running' : 'generator-state'}>
          {isRunning ? `${made.toLocaleString('en')} made` : 'off'}
        </span>
      </summary>
      <div className="generator-inside">
        <button
          type="button"
          className={isRunning ? 'button' : 'button is-primary'}
          onClick={() => setRunning(!isRunning)}
        >
          {isRunning ? 'Stop' : 'Start'}
        </button>
        <label className="speed">
          <span className="unseen">Edits per second</span>
          <input
            type="range"
            min={LEAST}
            max={MOST}
            value={perSecond}
            onChange={(event) => setPerSecond(event.target.valueAsNumber)}
          />
          <output>{perSecond}/s</output>
        </label>
        <p className="hint">
          Of 100 edits 60 create a contact, 35 change one field of anyone, even of someone deleted,
          and 5 delete.
        </p>
      </div>
    </details>
  )
}
