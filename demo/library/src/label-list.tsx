import { type JSX, useState } from 'react'
import { Icon } from '../../shell/icons.js'
import { NameField } from './name-field.js'
import type { Labels } from './use-labels.js'

interface LabelListProps {
  readonly title: string
  /** What one of them is called. */
  readonly one: string
  readonly icon: 'tag' | 'album'
  readonly labels: Labels
  readonly chosen: string | undefined
  readonly onChoose: (label: string | undefined) => void
  /** Says that one is deleted, and how it comes back. */
  readonly onRemoved: (name: string, restore: () => void) => void
}

/** All tags, or all albums: to filter by, to begin another, to rename or delete the chosen one. */
export function LabelList(props: LabelListProps): JSX.Element {
  const { title, one, icon, labels, chosen, onChoose, onRemoved } = props
  const current = labels.all.find(({ id }) => id === chosen)
  return (
    <section className="nav-part" aria-label={title}>
      <h2>{title}</h2>
      <ul className="nav-list" aria-label={title}>
        {labels.all.map(({ id, name = '' }) => (
          <li key={id}>
            <button
              type="button"
              className="nav-item"
              aria-pressed={id === chosen}
              onClick={() => onChoose(id === chosen ? undefined : id)}
            >
              <Icon name={icon} />
              <bdi className="nav-label">{name}</bdi>
              <span className="nav-count">
                {(labels.files.get(id)?.size ?? 0).toLocaleString('en')}
              </span>
            </button>
          </li>
        ))}
      </ul>
      {current !== undefined && (
        <div className="nav-edit">
          <NameField
            label={`Name of ${one}`}
            value={current.name ?? ''}
            onName={(name) => labels.rename(current.id, name)}
          />
          <button
            type="button"
            className="icon-button"
            aria-label={`Delete ${current.name ?? one}`}
            onClick={() => {
              labels.remove(current.id)
              onChoose(undefined)
              onRemoved(current.name ?? one, () => labels.restore(current.id))
            }}
          >
            <Icon name="trash" />
          </button>
        </div>
      )}
      {current === undefined && <NewLabel one={one} onMake={labels.make} />}
    </section>
  )
}

interface NewLabelProps {
  readonly one: string
  readonly onMake: (name: string) => void
}

const MOST_NAME = 60

function NewLabel({ one, onMake }: NewLabelProps): JSX.Element {
  const [name, setName] = useState('')
  return (
    <form
      className="nav-edit"
      onSubmit={(event) => {
        event.preventDefault()
        if (name.trim() !== '') onMake(name)
        setName('')
      }}
    >
      <input
        className="input"
        aria-label={`New: ${one}`}
        placeholder={`New: ${one}`}
        maxLength={MOST_NAME}
        value={name}
        onChange={(event) => setName(event.target.value)}
      />
    </form>
  )
}
