import type { TextEdit } from '@react-collab/core'
import type { EditableText } from './editable-text.js'
import type { FieldPath } from './field-path.js'
import type { Unsubscribe } from './listeners.js'
import type { SharedObject } from './shared-object.js'
import { editBetween } from './text-difference.js'
import { historyOf } from './undo-history.js'

/** A plain text control of the page. */
export type TextElement = HTMLInputElement | HTMLTextAreaElement

/** Where the caret is, and what is selected. */
interface Selection {
  readonly start: number
  readonly end: number
  readonly direction: TextElement['selectionDirection']
}

/**
 * Keeps a text control and a shared text in step.
 *
 * What the control shows may be behind the text for a moment. So what a person typed is taken as
 * the difference to what was shown, and carried past what came since; and a selection is carried
 * along when others edit, as the browser would throw the caret to the end.
 */
export class TextBinding {
  #element: TextElement | undefined
  readonly #object: () => SharedObject
  readonly #path: FieldPath
  readonly #textOf: ((object: SharedObject) => EditableText) | undefined
  /** What the control shows, and what was done to the text since. */
  #shown: string | undefined
  #since: readonly TextEdit[] = []
  #selection: Selection | undefined
  /** Who wants to know which control it is. */
  readonly #watchers = new Set<() => void>()

  /** `textOf` gives what of the text at `path` is shown, where that is not all of it. */
  constructor(
    object: () => SharedObject,
    path: FieldPath,
    textOf?: (object: SharedObject) => EditableText,
  ) {
    this.#object = object
    this.#path = path
    this.#textOf = textOf
  }

  /** What is shown of the text. */
  get text(): EditableText {
    const object = this.#object()
    return this.#textOf?.(object) ?? object.text(this.#path)
  }

  /** Takes a control to keep in step, until the function that comes back is called. */
  bind(element: TextElement): () => void {
    this.#element = element
    for (const watcher of this.#watchers) watcher()
    const onFocus = (): void => this.#select(element)
    element.addEventListener('focus', onFocus)
    return () => {
      element.removeEventListener('focus', onFocus)
      if (this.#element !== element) return
      this.#element = undefined
      for (const watcher of this.#watchers) watcher()
    }
  }

  /** The control, while there is one. */
  get element(): TextElement | undefined {
    return this.#element
  }

  /** Calls `watcher` when it is another control. */
  watch(watcher: () => void): Unsubscribe {
    this.#watchers.add(watcher)
    return () => this.#watchers.delete(watcher)
  }

  /** The object that holds the text, and where. */
  get place(): { readonly object: SharedObject; readonly path: FieldPath } {
    return { object: this.#object(), path: this.#path }
  }

  /** What the control holds; undefined where there is none. */
  get held(): string | undefined {
    return this.#element?.value
  }

  /** The text; undefined while it is being read from disk. */
  get value(): string | undefined {
    return this.#object().ready ? this.text.toString() : undefined
  }

  /** Calls `listener` when the text is another; notes first where the selection has to be then. */
  subscribe(listener: () => void): Unsubscribe {
    // From here on it remembers what is typed.
    historyOf(this.#object())
    return this.text.subscribe((edits) => {
      this.#since = [...this.#since, ...edits]
      this.#carry(edits)
      listener()
    })
  }

  undo(): void {
    historyOf(this.#object()).undo()
  }

  redo(): void {
    historyOf(this.#object()).redo()
  }

  #carry(edits: readonly TextEdit[]): void {
    this.#selection ??= this.#element && selectionOf(this.#element)
    if (this.#selection === undefined) return
    const { start, end, direction } = this.#selection
    this.#selection = { start: moved(start, edits), end: moved(end, edits), direction }
  }

  /** Hears that the control shows `value` now, and puts the selection where it belongs. */
  shown(value: string): void {
    // What an input method has to itself is not the text yet.
    if (value !== this.value) return
    this.#shows(value)
    const element = this.#element
    // Safari takes the focus with the selection: one without the focus gets it when it is focused.
    if (element?.value === value && element.ownerDocument.activeElement === element)
      this.#select(element)
  }

  #shows(value: string): void {
    this.#shown = value
    this.#since = []
  }

  #select(element: TextElement): void {
    const selection = this.#selection
    if (selection === undefined || element.value !== this.#shown) return
    this.#selection = undefined
    const isThere =
      element.selectionStart === selection.start && element.selectionEnd === selection.end
    if (isThere) return
    element.setSelectionRange(selection.start, selection.end, selection.direction ?? undefined)
  }

  /** Takes over what a person typed into the control. */
  take(): void {
    const element = this.#element
    const now = this.value
    if (element === undefined || now === undefined) return
    const caret = element.selectionEnd ?? element.value.length
    const typed = editBetween(this.#shown ?? now, element.value, caret)
    if (typed === undefined) return
    const selection = selectionOf(element)
    const since = this.#sinceShown(now)
    this.text.splice(...carried(typed, since))
    this.#shows(element.value)
    // The control has what was typed; others' edits that it does not show yet move the caret.
    const isBehind = since.length > 0
    this.#selection = isBehind && selection ? movedSelection(selection, since) : selection
  }

  /** What was done to the text since the control showed it. */
  #sinceShown(now: string): readonly TextEdit[] {
    const shown = this.#shown ?? now
    // Nobody may have listened for a moment.
    if (this.#since.reduce(edited, shown) === now) return this.#since
    return [editBetween(shown, now) ?? []].flat()
  }
}

const edited = (text: string, { index, removed, inserted }: TextEdit): string =>
  text.slice(0, index) + inserted + text.slice(index + removed.length)

function selectionOf(element: TextElement): Selection | undefined {
  const { selectionStart, selectionEnd, selectionDirection } = element
  // Inputs of some types, such as email, have no selection.
  if (selectionStart === null || selectionEnd === null) return undefined
  return { start: selectionStart, end: selectionEnd, direction: selectionDirection }
}

const movedSelection = (
  { start, end, direction }: Selection,
  edits: readonly TextEdit[],
): Selection => ({ start: moved(start, edits), end: moved(end, edits), direction })

/** Carries an offset past edits: what is inserted right at it comes to stand behind it. */
function moved(offset: number, edits: readonly TextEdit[]): number {
  let at = offset
  for (const { index, removed, inserted } of edits) {
    if (index >= at) continue
    const kept = Math.max(index, at - removed.length)
    at = index + removed.length > at ? index : kept + inserted.length
  }
  return at
}

/** Carries an edit past others that it did not know of, as `splice` takes it. */
function carried(
  { index, removed, inserted }: TextEdit,
  edits: readonly TextEdit[],
): [index: number, count: number, inserted: string] {
  const start = moved(index, edits)
  const end = moved(index + removed.length, edits)
  return [start, end - start, inserted]
}
