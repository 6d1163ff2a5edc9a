import type { SelectionRange } from '@codemirror/state'
import { type Command, type EditorView, type KeyBinding, logException } from '@codemirror/view'
import type { Value } from '@react-collab/core'
import { safeLink } from '../marks/safe-link.js'
import type { EditableMarks } from '../marks/text-marks.js'
import { editorMarks } from './collab-marks.js'

/** Where Mod-k gets a link from. */
export interface MarkKeymapOptions {
  /** Asks a person; null or undefined is no link. By default the browser's own prompt. */
  readonly askLink?: (view: EditorView) => string | null | undefined
}

/**
 * Toggles a kind of mark on what is selected, or on the word at the caret, in an editor with
 * `collabMarks`.
 */
export const toggleMark =
  (kind: string, value?: Value): Command =>
  (view) =>
    onSelection(view, (marks, places) => {
      for (const [from, to] of places) marks.toggle(from, to, kind, value)
    })

/**
 * The keys of marks: Mod-b for bold, Mod-i for italic, Mod-k to set a link or to take it away.
 *
 * ```ts
 * const extensions = [collabText(text), collabMarks(marks), keymap.of(markKeymap())]
 * ```
 */
export function markKeymap({ askLink = promptForLink }: MarkKeymapOptions = {}): KeyBinding[] {
  return [
    { key: 'Mod-b', run: toggleMark('bold'), preventDefault: true },
    { key: 'Mod-i', run: toggleMark('italic'), preventDefault: true },
    { key: 'Mod-k', run: toggleLink(askLink), preventDefault: true },
  ]
}

const toggleLink =
  (askLink: (view: EditorView) => string | null | undefined): Command =>
  (view) =>
    onSelection(view, (marks, places) => {
      const isLinked = places.every(([from, to]) => marks.has(from, to, 'link'))
      const link = isLinked || places.length === 0 ? undefined : safeLink(askLink(view))
      for (const [from, to] of places) {
        if (isLinked) marks.unmark(from, to, 'link')
        else if (link !== undefined) marks.mark(from, to, 'link', link)
      }
    })

function promptForLink({ dom }: EditorView): string | null | undefined {
  return dom.ownerDocument.defaultView?.prompt('https://…')
}

type Place = readonly [from: number, to: number]

/** Does something to all that is selected; false where there is no such editor. */
function onSelection(
  view: EditorView,
  act: (marks: EditableMarks, places: readonly Place[]) => void,
): boolean {
  const marks = view.state.facet(editorMarks)
  if (marks === undefined || view.state.readOnly) return false
  try {
    act(marks, placesOf(view))
  } catch (error) {
    // Such as before the text was read from disk.
    logException(view.state, error)
  }
  return true
}

/** What is selected; at a caret, its word. */
function placesOf({ state }: EditorView): Place[] {
  const wordAt = (range: SelectionRange): SelectionRange =>
    range.empty ? (state.wordAt(range.head) ?? range) : range
  return state.selection.ranges
    .map(wordAt)
    .filter(({ empty }) => !empty)
    .map(({ from, to }) => [from, to])
}
