import type { JSX } from 'react'
import { type BranchNames, capital } from './branch-words.js'
import type { Side } from './use-side.js'

const sides: readonly Side[] = ['branch', 'shared']

interface SideSwitchProps {
  readonly names: BranchNames
  readonly side: Side
  readonly onShow: (side: Side) => void
}

/** Chooses what is shown. */
export function SideSwitch({ names, side, onShow }: SideSwitchProps): JSX.Element {
  return (
    <div className="sides" role="group" aria-label="Show">
      {sides.map((each) => (
        <button
          key={each}
          type="button"
          className="side"
          aria-pressed={each === side}
          onClick={() => onShow(each)}
        >
          {capital(names[each])}
        </button>
      ))}
    </div>
  )
}
