import type { Unsubscribe } from '../listeners.js'
import type { TextBinding, TextElement } from '../text-binding.js'
import type { CaretLook, CaretRange, TextCarets } from './text-carets.js'

/** Shares the caret of a text control, for as long as that has the focus. */
export class ControlCaret {
  readonly #binding: TextBinding
  readonly #carets: TextCarets
  #look: CaretLook = { name: '' }
  #unlisten: Unsubscribe = () => undefined

  constructor(binding: TextBinding, carets: TextCarets) {
    this.#binding = binding
    this.#carets = carets
  }

  /** Begins, with the control that there is and each that comes after; ends when told to. */
  start(): Unsubscribe {
    const stop = [
      this.#binding.watch(() => this.#listen()),
      this.#binding.text.subscribe(() => this.#share()),
    ]
    this.#listen()
    return () => {
      for (const end of stop) end()
      this.#unlisten()
    }
  }

  /** Shows the caret with another name or colour. */
  restyle(look: CaretLook): void {
    this.#look = look
    this.#share()
  }

  #listen(): void {
    this.#unlisten()
    const { element } = this.#binding
    if (element === undefined) return this.#share()
    const share = (): void => this.#share()
    const page = element.ownerDocument
    const controller = new AbortController()
    const { signal } = controller
    for (const event of ['focus', 'blur', 'select', 'keyup', 'pointerup'])
      element.addEventListener(event, share, { signal })
    page.addEventListener('selectionchange', share, { signal })
    this.#unlisten = () => controller.abort()
    this.#share()
  }

  #share(): void {
    const { element } = this.#binding
    if (element === undefined || element.ownerDocument.activeElement !== element)
      return this.#carets.hide()
    // What an input method has to itself, or others' edits that are not shown yet: soon it fits.
    if (element.value !== this.#binding.value) return
    this.#carets.share(rangeOf(element), this.#look)
  }
}

function rangeOf(element: TextElement): CaretRange | undefined {
  const { selectionStart: start, selectionEnd: end, selectionDirection } = element
  if (start === null || end === null) return undefined
  return selectionDirection === 'backward'
    ? { anchor: end, head: start }
    : { anchor: start, head: end }
}
