import { type Extension, Facet, type Range, StateEffect } from '@codemirror/state'
import {
  Decoration,
  type DecorationSet,
  EditorView,
  type PluginValue,
  ViewPlugin,
  type ViewUpdate,
} from '@codemirror/view'
import type { MarkRange, MarkValues, Value } from '@react-collab/core'
import type { Unsubscribe } from '../listeners.js'
import { safeLink } from '../marks/safe-link.js'
import type { EditableMarks } from '../marks/text-marks.js'

/** How marks are shown. */
export interface CollabMarksOptions {
  /**
   * More attributes for what has a mark, such as `{ style: 'color: red' }`. Its value may come from
   * anybody: check it.
   */
  readonly attributes?: (kind: string, value: Value) => Readonly<Record<string, string>> | undefined
}

/** The marks of the text that an editor shows. */
export const editorMarks: Facet<EditableMarks, EditableMarks | undefined> = Facet.define({
  combine: ([marks]) => marks,
})

/** Tells an editor that marks are others, while its text is the same. */
const marksChanged = StateEffect.define<null>()

/**
 * Shows the marks of a shared text in its CodeMirror editor.
 *
 * ```ts
 * const text = object.text('body')
 * const marks = marksOf(object, 'body')
 * const extensions = [collabText(text), collabMarks(marks), keymap.of(markKeymap())]
 * ```
 * What is marked has the class `collab-mark-bold`, or whatever its kind is called, with `_` for what
 * is no letter, digit or hyphen; bold, italic, underline, strike, code and link have a look. A `link`
 * that leads to http, https or mailto is an `<a>`, and opens on a click with Ctrl or ⌘.
 */
export function collabMarks(marks: EditableMarks, options: CollabMarksOptions = {}): Extension {
  return [
    editorMarks.of(marks),
    theme,
    ViewPlugin.define((view) => new MarkView(view, marks, options), {
      decorations: ({ decorations }) => decorations,
      eventHandlers: { click: openLink },
    }),
  ]
}

class MarkView implements PluginValue {
  decorations: DecorationSet
  readonly #view: EditorView
  readonly #marks: EditableMarks
  readonly #options: CollabMarksOptions
  readonly #unsubscribe: Unsubscribe
  #isWaiting = false
  #isDestroyed = false

  constructor(view: EditorView, marks: EditableMarks, options: CollabMarksOptions) {
    this.#view = view
    this.#marks = marks
    this.#options = options
    this.decorations = this.#decorate()
    this.#unsubscribe = marks.subscribe(() => this.#tell())
  }

  update({ docChanged, viewportChanged, changes, transactions, state }: ViewUpdate): void {
    const isTold = transactions.some(({ effects }) => effects.some((one) => one.is(marksChanged)))
    if (!docChanged && !viewportChanged && !isTold) return
    if (this.#marks.text.length === state.doc.length) {
      this.decorations = this.#decorate()
    } else {
      // The editor is ahead of its text, or behind: until they are the same, marks move along.
      this.decorations = this.decorations.map(changes)
      if (docChanged) this.#tell()
    }
  }

  destroy(): void {
    this.#isDestroyed = true
    this.#unsubscribe()
  }

  /** Decorates anew as soon as the editor takes a transaction: not within an update. */
  #tell(): void {
    if (this.#isWaiting) return
    this.#isWaiting = true
    void Promise.resolve().then(() => {
      this.#isWaiting = false
      if (!this.#isDestroyed) this.#view.dispatch({ effects: marksChanged.of(null) })
    })
  }

  #decorate(): DecorationSet {
    const { from, to } = this.#view.viewport
    const shown = this.#marks.ranges.filter((range) => range.from < to && range.to > from)
    const most = this.#view.state.doc.length
    const whole = shown.filter((range) => range.to <= most)
    return Decoration.set(whole.map((range) => decorationOf(range, this.#options)))
  }
}

function decorationOf(
  { from, to, marks }: MarkRange,
  options: CollabMarksOptions,
): Range<Decoration> {
  const attributes = attributesOf(marks, options)
  const href = safeLink(marks['link'])
  const link = href && { href, rel: 'noopener noreferrer nofollow', target: '_blank' }
  return Decoration.mark({
    class: Object.keys(marks).map(classOf).join(' '),
    attributes: { ...attributes, ...link },
    ...(href !== undefined && { tagName: 'a' }),
  }).range(from, to)
}

const classOf = (kind: string): string => `collab-mark-${kind.replace(/[^\w-]/g, '_')}`

function attributesOf(
  marks: MarkValues,
  { attributes }: CollabMarksOptions,
): Record<string, string> {
  const all: Record<string, string> = {}
  for (const [kind, value] of Object.entries(marks)) {
    for (const [name, text] of Object.entries(attributes?.(kind, value) ?? {})) {
      const isJoined = name === 'style' && all[name] !== undefined
      all[name] = isJoined ? `${all[name]};${text}` : text
    }
  }
  return all
}

/** A link in what people edit does not open by itself. */
function openLink(event: MouseEvent, { dom }: EditorView): boolean {
  const { target } = event
  const link = target instanceof Element ? target.closest('a.collab-mark-link') : null
  const href = safeLink(link?.getAttribute('href'))
  if (href === undefined || !(event.ctrlKey || event.metaKey)) return false
  event.preventDefault()
  dom.ownerDocument.defaultView?.open(href, '_blank', 'noopener,noreferrer')
  return true
}

const theme: Extension = EditorView.baseTheme({
  '.collab-mark-bold': { fontWeight: 'bold' },
  '.collab-mark-italic': { fontStyle: 'italic' },
  '.collab-mark-underline': { textDecoration: 'underline' },
  '.collab-mark-strike': { textDecoration: 'line-through' },
  '.collab-mark-code': { fontFamily: 'monospace' },
  '.collab-mark-link': { textDecoration: 'underline' },
})
