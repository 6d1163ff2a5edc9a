import { type Extension, StateEffect, StateField } from '@codemirror/state'
import { Decoration, type DecorationSet, EditorView } from '@codemirror/view'
import type { TextSpot } from 'react-collab'

/** Paints stretches of an editor's text. */
export interface Paint {
  readonly extension: Extension
  /** Paints these stretches, and no others; they move with what is typed. */
  readonly show: (view: EditorView, spots: readonly TextSpot[]) => void
}

/** Makes a paint: what has it gets a class. */
export function createPaint(className: string): Paint {
  const decoration = Decoration.mark({ class: className })
  const painted = StateEffect.define<readonly TextSpot[]>()
  const field = StateField.define<DecorationSet>({
    create: () => Decoration.none,
    update(before, { changes, effects, newDoc }) {
      const effect = effects.find((one) => one.is(painted))
      if (effect === undefined) return before.map(changes)
      const whole = effect.value.filter(({ from, to }) => from < to && to <= newDoc.length)
      return Decoration.set(whole.map(({ from, to }) => decoration.range(from, to)))
    },
    provide: (own) => EditorView.decorations.from(own),
  })
  return {
    extension: field,
    show: (view, spots) => view.dispatch({ effects: painted.of(spots) }),
  }
}
