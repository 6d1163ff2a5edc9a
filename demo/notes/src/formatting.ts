import type { EditorView } from '@codemirror/view'
import type { EditableMarks, TextSpot } from 'react-collab'
import { linkAround } from './linked-place.js'

/** What is marked at the selection. */
export interface Format {
  readonly hasSelected: boolean
  /** What a button marks: the selection, else the word at the caret. */
  readonly place: TextSpot | undefined
  readonly bold: boolean
  readonly italic: boolean
  /** The stretch that a link is set on, and the address that it has. */
  readonly linkPlace: TextSpot | undefined
  readonly link: string | undefined
}

/** Follows the selection of an editor. */
export interface Formatting {
  readonly now: () => Format
  readonly subscribe: (listener: () => void) => () => void
  /** Reads the selection anew. */
  readonly look: (view: EditorView) => void
}

const nothing: Format = {
  hasSelected: false,
  place: undefined,
  bold: false,
  italic: false,
  linkPlace: undefined,
  link: undefined,
}

/** Makes what follows the selection. */
export function createFormatting(marks: EditableMarks, isReady: () => boolean): Formatting {
  const listeners = new Set<() => void>()
  let now = nothing
  return {
    now: () => now,
    subscribe(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    look(view) {
      // An editor may be ahead of its text for a moment.
      if (!isReady() || marks.text.length !== view.state.doc.length) return
      const next = formatOf(view, marks)
      if (JSON.stringify(next) === JSON.stringify(now)) return
      now = next
      for (const listener of listeners) listener()
    },
  }
}

function formatOf({ state }: EditorView, marks: EditableMarks): Format {
  const { main } = state.selection
  const marked = main.empty ? state.wordAt(main.head) : main
  const place = marked === null ? undefined : { from: marked.from, to: marked.to }
  const linkPlace = (main.empty ? linkAround(marks.ranges, main.head) : undefined) ?? place
  const has = (kind: string, at = place): boolean =>
    at !== undefined && marks.has(at.from, at.to, kind)
  const link =
    linkPlace !== undefined && has('link', linkPlace) ? marks.at(linkPlace.from)['link'] : undefined
  return {
    hasSelected: !main.empty,
    place,
    bold: has('bold'),
    italic: has('italic'),
    linkPlace,
    link: typeof link === 'string' ? link : undefined,
  }
}
