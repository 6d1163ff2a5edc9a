import { type JSX, useId, useState } from 'react'
import { Icon } from '../../shell/icons.js'
import type { Labels } from './use-labels.js'

interface LabelPicksProps {
  readonly title: string
  /** What one of them is called. */
  readonly one: string
  readonly labels: Labels
  readonly file: string
}

const MOST_NAME = 60

/** The tags or the albums of a file: to give it more, and to take them. */
export function LabelPicks({ title, one, labels, file }: LabelPicksProps): JSX.Element {
  const [name, setName] = useState('')
  const id = useId()
  const own = labels.labels.get(file) ?? []
  return (
    <section className="picks" aria-label={title}>
      <h3>{title}</h3>
      {own.length > 0 && (
        <ul className="chips">
          {own.map((label) => (
            <li key={label.id} className="chip">
              <bdi>{label.name}</bdi>
              <button
                type="button"
                className="chip-remove"
                aria-label={`Remove ${label.name ?? one}`}
                onClick={() => labels.take(file, label.id)}
              >
                <Icon name="close" />
              </button>
            </li>
          ))}
        </ul>
      )}
      <form
        className="pick"
        onSubmit={(event) => {
          event.preventDefault()
          if (name.trim() !== '') labels.give(file, name)
          setName('')
        }}
      >
        <input
          className="input"
          aria-label={`Add ${one}`}
          placeholder={`Add ${one}`}
          list={id}
          autoComplete="off"
          maxLength={MOST_NAME}
          value={name}
          onChange={(event) => setName(event.target.value)}
        />
        <datalist id={id}>
          {labels.all.map((label) => (
            <option key={label.id} value={label.name} />
          ))}
        </datalist>
        <button type="submit" className="button" disabled={name.trim() === ''}>
          Add
        </button>
      </form>
    </section>
  )
}
