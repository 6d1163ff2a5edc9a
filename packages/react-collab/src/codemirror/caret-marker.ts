import type { Extension } from '@codemirror/state'
import { EditorView, type LayerMarker, type RectangleMarker } from '@codemirror/view'
import type { Caret } from '../presence/text-carets.js'

/** Room that a flag needs above its line, px. */
const FLAG_PX = 20

/** A part of what somebody else has selected. */
export class SelectionMarker implements LayerMarker {
  readonly #rectangle: RectangleMarker
  readonly #color: string

  constructor(rectangle: RectangleMarker, color: string) {
    this.#rectangle = rectangle
    this.#color = color
  }

  eq(other: LayerMarker): boolean {
    return (
      other instanceof SelectionMarker &&
      other.#color === this.#color &&
      other.#rectangle.eq(this.#rectangle)
    )
  }

  draw(): HTMLElement {
    const element = this.#rectangle.draw()
    element.style.setProperty('--peer', this.#color)
    return element
  }
}

/** Somebody else's caret, with a flag that bears the name. */
export class CaretMarker implements LayerMarker {
  readonly #place: RectangleMarker
  readonly #caret: Caret
  readonly #isFarRight: boolean

  constructor(place: RectangleMarker, caret: Caret, isFarRight: boolean) {
    this.#place = place
    this.#caret = caret
    this.#isFarRight = isFarRight
  }

  eq(other: LayerMarker): boolean {
    return other instanceof CaretMarker && other.#isLike(this) && other.#place.eq(this.#place)
  }

  draw(): HTMLElement {
    const { name, color, ink } = this.#caret
    const bar = this.#place.draw()
    bar.className = 'cm-peerCaret'
    bar.style.setProperty('--peer', color)
    bar.style.setProperty('--peer-ink', ink)
    if (name !== '') {
      const flag = bar.ownerDocument.createElement('span')
      flag.className = 'cm-peerFlag'
      flag.textContent = name
      bar.append(flag)
    }
    this.#put(bar)
    return bar
  }

  /** Carried along by others' edits it is the same: its flag does not show again. */
  update(element: HTMLElement, before: LayerMarker): boolean {
    if (!(before instanceof CaretMarker) || !before.#isLike(this)) return false
    this.#put(element)
    return true
  }

  #isLike(other: CaretMarker): boolean {
    const { id, name, color, moves } = other.#caret
    const own = this.#caret
    return (
      own.id === id &&
      own.name === name &&
      own.color === color &&
      own.moves === moves &&
      this.#isFarRight === other.#isFarRight
    )
  }

  #put(bar: HTMLElement): void {
    const { left, top, height } = this.#place
    bar.style.left = `${left}px`
    bar.style.top = `${top}px`
    bar.style.height = `${height}px`
    bar.style.width = ''
    bar.classList.toggle('is-top', top < FLAG_PX)
    bar.classList.toggle('is-farRight', this.#isFarRight)
  }
}

/** How carets look; an app's own theme may say otherwise. */
export const caretTheme: Extension = EditorView.baseTheme({
  '.cm-peerSelection': {
    backgroundColor: 'color-mix(in srgb, var(--peer) 28%, transparent)',
  },
  '.cm-peerCarets': { pointerEvents: 'none' },
  '.cm-peerCaret': {
    position: 'absolute',
    width: '2px',
    marginLeft: '-1px',
    borderRadius: '1px',
    backgroundColor: 'var(--peer)',
  },
  '.cm-peerFlag': {
    position: 'absolute',
    bottom: '100%',
    left: '0',
    padding: '0 5px',
    borderRadius: '4px 4px 4px 0',
    backgroundColor: 'var(--peer)',
    color: 'var(--peer-ink)',
    font: '600 11px/16px system-ui, sans-serif',
    whiteSpace: 'nowrap',
    maxWidth: '12em',
    overflow: 'hidden',
    textOverflow: 'ellipsis',
    animation: 'cm-peerFlag 0.3s 2.5s forwards',
  },
  '.cm-peerCaret.is-farRight .cm-peerFlag': {
    left: 'auto',
    right: '0',
    borderRadius: '4px 4px 0 4px',
  },
  '.cm-peerCaret.is-top .cm-peerFlag': {
    top: '100%',
    bottom: 'auto',
    borderRadius: '0 4px 4px 4px',
  },
  '@keyframes cm-peerFlag': { to: { opacity: 0 } },
})
