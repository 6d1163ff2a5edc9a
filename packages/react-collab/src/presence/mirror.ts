import type { TextElement } from '../text-binding.js'

/** What decides where the letters of a control stand. */
const copied = [
  'font-family',
  'font-size',
  'font-stretch',
  'font-style',
  'font-variant',
  'font-weight',
  'font-kerning',
  'font-feature-settings',
  'letter-spacing',
  'word-spacing',
  'word-break',
  'overflow-wrap',
  'hyphens',
  'line-break',
  'text-align',
  'text-indent',
  'text-transform',
  'text-rendering',
  'tab-size',
  'direction',
  'unicode-bidi',
  'padding-top',
  'padding-right',
  'padding-bottom',
  'padding-left',
] as const

/** Room that a flag needs above its line, px. */
const FLAG_PX = 14

/** Makes a mirror break its lines as a control does, and lie over it. */
export function mirrorControl(layer: HTMLElement, element: TextElement): void {
  const styles = element.ownerDocument.defaultView?.getComputedStyle(element)
  if (styles === undefined) return
  const isLine = element.tagName === 'INPUT'
  for (const name of copied) layer.style.setProperty(name, styles.getPropertyValue(name))
  layer.style.lineHeight = isLine ? `${heightOf(element, styles)}px` : styles.lineHeight
  layer.style.whiteSpace = isLine ? 'pre' : 'pre-wrap'
  layer.style.left = `${element.offsetLeft + element.clientLeft}px`
  layer.style.top = `${element.offsetTop + element.clientTop}px`
  layer.style.width = `${element.clientWidth}px`
  layer.style.height = `${element.clientHeight}px`
  scrollMirror(layer, element)
}

/** Scrolls a mirror as its control is, and hides the carets that are out of sight. */
export function scrollMirror(layer: HTMLElement, element: TextElement): void {
  const { scrollLeft, scrollTop, clientHeight, clientWidth } = element
  layer.style.setProperty('--scroll', `translate(${-scrollLeft}px, ${-scrollTop}px)`)
  for (const place of layer.querySelectorAll<HTMLElement>('[data-caret]')) {
    const height = place.offsetHeight
    const top = place.offsetTop - scrollTop
    const left = place.offsetLeft - scrollLeft
    const isSeen = top > -height / 2 && top < clientHeight - height / 2
    const isInside = left >= 0 && left <= clientWidth
    place.style.visibility = isSeen && isInside ? 'visible' : 'hidden'
    // The flag goes where there is room: to the left in the right half, below on the first line.
    place.style.setProperty('--flag-x', left > clientWidth / 2 ? 'calc(2px - 100%)' : '0')
    place.style.setProperty('--flag-y', top < FLAG_PX ? `${height}px` : '-100%')
  }
}

function heightOf(element: TextElement, styles: CSSStyleDeclaration): number {
  const padding = Number.parseFloat(styles.paddingTop) + Number.parseFloat(styles.paddingBottom)
  return element.clientHeight - padding
}
