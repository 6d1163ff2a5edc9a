import type { JSX } from 'react'
import type { Side } from './use-side.js'

const sides: readonly (readonly [Side, string])[] = [
  ['branch', 'Branch'],
  ['list', 'Shared list'],
]

interface SideSwitchProps {
  readonly side: Side
  readonly onShow: (side: Side) => void
}

/** Chooses what is shown. */
export function SideSwitch({ side, onShow }: SideSwitchProps): JSX.Element {
  return (
    <div className="sides" role="group" aria-label="Show">
      {sides.map(([each, label]) => (
        <button
          key={each}
          type="button"
          className="side"
          aria-pressed={each === side}
          onClick={() => onShow(each)}
        >
          {label}
        </button>
      ))}
    </div>
  )
}
