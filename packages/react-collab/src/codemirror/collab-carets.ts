import { EditorSelection, type Extension, StateEffect } from '@codemirror/state'
import {
  type EditorView,
  layer,
  type LayerMarker,
  type PluginValue,
  RectangleMarker,
  ViewPlugin,
  type ViewUpdate,
} from '@codemirror/view'
import type { EditableText } from '../editable-text.js'
import type { FieldPath } from '../field-path.js'
import type { Unsubscribe } from '../listeners.js'
import { type Caret, type CaretLook, TextCarets } from '../presence/text-carets.js'
import type { SharedObject } from '../shared-object.js'
import { caretTheme, CaretMarker, SelectionMarker } from './caret-marker.js'

/** A caret may be elsewhere, though the document is the same. */
const moved = StateEffect.define<null>()

/**
 * Shows others where one's caret is, and where theirs are, with a flag that bears the name.
 *
 * ```ts
 * const extensions = [collabText(object.text('body')), collabCarets(object, 'body', { name: 'Ada' })]
 * ```
 * `path` is that of the text which the editor is bound to, `shown` what of it is shown, if it is
 * folded. Carets follow all edits; they are drawn
 * beside the text, take no clicks and are not read out. A flag fades when its caret rests.
 */
export function collabCarets(
  object: SharedObject,
  path: FieldPath,
  look: CaretLook,
  shown: EditableText = object.text(path),
): Extension {
  const sharing = ViewPlugin.define(
    (view) => new CaretSharing(view, new TextCarets(object, path, shown), look),
  )
  const caretsIn = (view: EditorView): readonly Caret[] => view.plugin(sharing)?.carets ?? []
  const update = ({ docChanged, geometryChanged, viewportChanged, transactions }: ViewUpdate) =>
    docChanged ||
    geometryChanged ||
    viewportChanged ||
    transactions.some(({ effects }) => effects.some((effect) => effect.is(moved)))
  return [
    sharing,
    layer({
      above: false,
      class: 'cm-peerSelections',
      update,
      markers: (view) => caretsIn(view).flatMap((caret) => selectionOf(view, caret)),
    }),
    layer({
      above: true,
      class: 'cm-peerCarets',
      update,
      markers: (view) => caretsIn(view).flatMap((caret) => caretOf(view, caret)),
    }),
    caretTheme,
  ]
}

class CaretSharing implements PluginValue {
  readonly #view: EditorView
  readonly #carets: TextCarets
  readonly #look: CaretLook
  readonly #unsubscribe: Unsubscribe
  #isPlanned = false
  #isMoved = false
  #isDestroyed = false

  constructor(view: EditorView, carets: TextCarets, look: CaretLook) {
    this.#view = view
    this.#carets = carets
    this.#look = look
    this.#unsubscribe = carets.onMoved(() => this.#soon(true))
    this.#soon(true)
  }

  /** The carets of others that lie in the document. */
  get carets(): readonly Caret[] {
    const { length } = this.#view.state.doc
    return this.#carets.all.filter(({ anchor, head }) => anchor <= length && head <= length)
  }

  update({ selectionSet, docChanged, focusChanged }: ViewUpdate): void {
    if (selectionSet || docChanged || focusChanged) this.#soon(false)
  }

  destroy(): void {
    this.#isDestroyed = true
    this.#unsubscribe()
  }

  /** After this update, when the text has what was typed as well. */
  #soon(isMoved: boolean): void {
    this.#isMoved ||= isMoved
    if (this.#isPlanned) return
    this.#isPlanned = true
    void Promise.resolve().then(() => {
      this.#isPlanned = false
      if (this.#isDestroyed) return
      this.#share()
      if (this.#isMoved) this.#view.dispatch({ effects: moved.of(null) })
      this.#isMoved = false
    })
  }

  #share(): void {
    const { hasFocus, state } = this.#view
    if (!hasFocus) return this.#carets.hide()
    if (this.#carets.length !== state.doc.length) return
    const { anchor, head } = state.selection.main
    this.#carets.share({ anchor, head }, this.#look)
  }
}

function selectionOf(view: EditorView, { anchor, head, color }: Caret): LayerMarker[] {
  if (anchor === head) return []
  const range = EditorSelection.range(anchor, head)
  return RectangleMarker.forRange(view, 'cm-peerSelection', range).map(
    (rectangle) => new SelectionMarker(rectangle, color),
  )
}

function caretOf(view: EditorView, caret: Caret): LayerMarker[] {
  const [place] = RectangleMarker.forRange(view, '', EditorSelection.cursor(caret.head))
  if (place === undefined) return []
  const isFarRight = place.left > view.scrollDOM.clientWidth / 2
  return [new CaretMarker(place, caret, isFarRight)]
}
