import { defaultKeymap } from '@codemirror/commands'
import { Compartment, type Extension } from '@codemirror/state'
import { EditorView, keymap, placeholder } from '@codemirror/view'
import {
  type CaretLook,
  type Client,
  type EditableMarks,
  type FoldedText,
  foldMarks,
  foldText,
  historyOf,
  marksOf,
  type TextSpot,
} from 'react-collab'
import {
  collabCarets,
  collabKeymap,
  collabMarks,
  collabText,
  markKeymap,
} from 'react-collab/codemirror'
import { createFormatting, type Formatting } from './formatting.js'
import { foldsKey, keepFolded } from './kept-folds.js'
import { EMPTY_BODY, textPath } from './note.js'
import { createPaint } from './paint.js'

/** A note's text in CodeMirror, with folds and marks. */
export interface CodeEditor {
  readonly view: EditorView
  /** The text as it is shown. */
  readonly text: FoldedText
  readonly marks: EditableMarks
  /** What the selection is marked with. */
  readonly formatting: Formatting
  /** Shows the carets of others, and one's own to them. */
  readonly shareCarets: (look: CaretLook) => void
  /** Calls `ask` when somebody wants to set a link by key. */
  readonly onAskLink: (ask: () => void) => void
  /** Where in what is shown a stretch of the whole text is. */
  readonly shownSpot: (spot: TextSpot) => TextSpot
  /** Makes one step for undo of what a function does. */
  readonly group: (label: string, edit: () => void) => void
  readonly close: () => void
}

/** It looks as the plain one does. */
const look = EditorView.theme({
  '&': { flex: '1', minHeight: '0', minWidth: '0' },
  '&.cm-focused': { outline: 'none' },
  '.cm-scroller': { font: 'inherit', lineHeight: 'inherit' },
  '.cm-content': { padding: '0', caretColor: 'var(--ink)' },
  '.cm-line': { padding: '0' },
  '.cm-placeholder': { color: 'var(--ink-2)' },
})

/** Takes other carets while the editor goes on. */
const carets = new Compartment()

/** What stands for what is folded, what differs, and what a link is asked for. */
export const paints = {
  folds: createPaint('fold-chip'),
  difference: createPaint('differs'),
  asked: createPaint('is-asked'),
}

const appearance: Extension = [
  Object.values(paints).map(({ extension }) => extension),
  EditorView.lineWrapping,
  EditorView.contentAttributes.of({ 'aria-label': 'Text', dir: 'auto' }),
  placeholder(EMPTY_BODY),
  look,
]

/** Opens the text of a note in an editor; to be closed again. */
export function openCodeEditor(
  client: Client,
  object: string,
  id: string,
  parent: HTMLElement,
): CodeEditor {
  const path = textPath(id, 'body')
  const open = client.open(object)
  const whole = open.object.text(path)
  const text = foldText(whole)
  const marks = foldMarks(marksOf(open.object, path), text)
  const formatting = createFormatting(marks, () => open.object.ready)
  const endKeeping = keepFolded(text, foldsKey(object, id), open.object)
  const link = { ask: (): void => undefined }
  const keys = [
    ...markKeymap({ askLink: () => (link.ask(), undefined) }),
    ...collabKeymap(open.object),
    ...defaultKeymap,
  ]
  const view = new EditorView({
    doc: text.toString(),
    extensions: [
      collabText(text),
      collabMarks(marks),
      carets.of([]),
      EditorView.domEventHandlers({ click: (event, own) => unfoldAt(event, own, text) }),
      EditorView.updateListener.of(({ view: own }) => formatting.look(own)),
      keymap.of(keys),
      appearance,
    ],
    parent,
  })
  return {
    view,
    text,
    marks,
    formatting,
    shareCarets(person) {
      const shared = collabCarets(open.object, path, person, text)
      view.dispatch({ effects: carets.reconfigure(shared) })
    },
    onAskLink: (ask) => void (link.ask = ask),
    shownSpot: ({ from, to }) => ({
      from: text.resolve(whole.anchor(from, 'before')) ?? 0,
      to: text.resolve(whole.anchor(to, 'after')) ?? 0,
    }),
    group: (label, edit) => historyOf(open.object).group(label, edit),
    close() {
      endKeeping()
      view.destroy()
      open.close()
    },
  }
}

/** A click on what stands for a fold shows what it hides. */
function unfoldAt({ target }: MouseEvent, view: EditorView, text: FoldedText): boolean {
  const chip = target instanceof Element ? target.closest('.fold-chip') : null
  if (chip === null) return false
  const at = view.posAtDOM(chip)
  const fold = text.folds().find((one) => one.at === at)
  return fold !== undefined && text.unfold(fold.id)
}
