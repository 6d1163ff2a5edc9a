import { Annotation, EditorState, type Extension, Prec, Transaction } from '@codemirror/state'
import {
  EditorView,
  logException,
  type PluginValue,
  ViewPlugin,
  type ViewUpdate,
} from '@codemirror/view'
import type { TextEdit } from '@react-collab/core'
import type { EditableText } from '../editable-text.js'
import type { Unsubscribe } from '../listeners.js'
import { editBetween } from '../text-difference.js'

/** Marks the transactions that bring what the shared text already has. */
const fromText = Annotation.define<EditableText>()

/**
 * Keeps a CodeMirror editor and a shared text, or one that is folded, in step.
 *
 * ```ts
 * const text = object.text('body')
 * new EditorView({ doc: text.toString(), extensions: [collabText(text)], parent })
 * ```
 * Where the two differ the text is right: also at the beginning, and after an edit that the text
 * did not take, such as one before it was read from disk; the error goes to CodeMirror's
 * `exceptionSink`. What others type is no part of CodeMirror's history; for undo see `collabKeymap`.
 *
 * Lines end with `\n`. A `\r` that is in the text is a character of its own line, so that offsets
 * are the same in both; line ends that are pasted or dropped become `\n`.
 */
export function collabText(text: EditableText): Extension {
  return [
    Prec.highest(EditorState.lineSeparator.of('\n')),
    EditorView.clipboardInputFilter.of((pasted) => pasted.replace(/\r\n?/g, '\n')),
    ViewPlugin.define((view) => new EditorBinding(view, text)),
  ]
}

class EditorBinding implements PluginValue {
  readonly #view: EditorView
  readonly #text: EditableText
  readonly #unsubscribe: Unsubscribe
  #isWriting = false
  /** The editor does not show the text, and will soon: until then nothing is carried over. */
  #isApart = false
  #isDestroyed = false

  constructor(view: EditorView, text: EditableText) {
    this.#view = view
    this.#text = text
    this.#unsubscribe = text.subscribe((edits) => this.#show(edits))
    if (view.state.doc.toString() !== text.toString()) this.#mend()
  }

  update({ transactions, state }: ViewUpdate): void {
    for (const transaction of transactions) {
      if (!transaction.docChanged || transaction.annotation(fromText) === this.#text) continue
      this.#write(transaction)
    }
    if (this.#text.length !== state.doc.length) this.#mend()
  }

  destroy(): void {
    this.#isDestroyed = true
    this.#unsubscribe()
  }

  /** Takes over what was done in the editor. */
  #write({ changes }: Transaction): void {
    if (this.#isApart) return
    const edits: [from: number, count: number, inserted: string][] = []
    changes.iterChanges((from, to, _fromNow, _toNow, inserted) => {
      edits.push([from, to - from, inserted.toString()])
    })
    this.#isWriting = true
    try {
      // From the last to the first: those before it stay where they were.
      for (const edit of edits.reverse()) this.#text.splice(...edit)
    } catch (error) {
      logException(this.#view.state, error)
      this.#mend()
    } finally {
      this.#isWriting = false
    }
  }

  /** Shows what others did. */
  #show(edits: readonly TextEdit[]): void {
    if (this.#isWriting || this.#isApart) return
    try {
      this.#dispatch(edits)
    } catch (error) {
      // An extension may edit the text while the editor takes an update, and takes no other.
      logException(this.#view.state, error)
      this.#mend()
    }
  }

  #dispatch(edits: readonly TextEdit[]): void {
    const { state } = this.#view
    const annotations = [
      fromText.of(this.#text),
      Transaction.remote.of(true),
      Transaction.addToHistory.of(false),
    ]
    const changes = edits.map(({ index, removed, inserted }) => ({
      changes: { from: index, to: index + removed.length, insert: state.toText(inserted) },
      sequential: true,
    }))
    // A filter that keeps people from editing keeps nothing of the text away.
    this.#view.dispatch({ annotations, filter: false }, ...changes)
  }

  /** Makes the editor show the text as soon as it takes a transaction: not within an update. */
  #mend(): void {
    if (this.#isApart) return
    this.#isApart = true
    void Promise.resolve().then(() => {
      this.#isApart = false
      if (this.#isDestroyed) return
      const edit = editBetween(this.#view.state.doc.toString(), this.#text.toString())
      if (edit !== undefined) this.#show([edit])
    })
  }
}
