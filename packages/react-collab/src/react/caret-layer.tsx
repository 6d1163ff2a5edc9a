import {
  type CSSProperties,
  Fragment,
  type ReactElement,
  type ReactNode,
  useCallback,
  useLayoutEffect,
  useRef,
  useSyncExternalStore,
} from 'react'
import { mirrorControl, scrollMirror } from '../presence/mirror.js'
import type { Caret } from '../presence/text-carets.js'
import type { TextElement } from '../text-binding.js'
import { useCarets } from './use-carets.js'
import { bindingOf, type BoundText } from './use-text.js'

/** What a `CaretLayer` takes. */
export interface CaretLayerProps {
  /** What `useText` gave to the control. */
  readonly text: BoundText
  /** One's own name and colour, as the others see them. */
  readonly name: string
  readonly color?: string | undefined
}

/** How long a flag shows after its caret has moved, and fades, ms. */
const FLAG_MS = 2500
const FADE_MS = 300

/**
 * Shows the carets of others over a plain `<textarea>` or `<input>`, each with its name, and shares
 * one's own; put it right behind the control.
 *
 * ```tsx
 * const text = useText('note-1', 'body')
 * <textarea {...text} />
 * <CaretLayer text={text} name="Ada" color="#1971c2" />
 * ```
 * It takes no clicks, is not read out, and is drawn again without the component that holds the
 * control. Where nobody else has the caret in the text it costs nothing.
 */
export function CaretLayer({ text, name, color }: CaretLayerProps): ReactElement | null {
  const carets = useCarets(text, { name, color })
  const element = useControl(text)
  if (carets.length === 0 || element === undefined) return null
  return <Mirror element={element} value={text.value} carets={carets} />
}

/** The control of a text, while there is one. */
function useControl(text: Pick<BoundText, 'ref'>): TextElement | undefined {
  const binding = bindingOf(text)
  const subscribe = useCallback((listener: () => void) => binding.watch(listener), [binding])
  return useSyncExternalStore(
    subscribe,
    () => binding.element,
    () => undefined,
  )
}

interface MirrorProps {
  readonly element: TextElement
  readonly value: string
  readonly carets: readonly Caret[]
}

/** The text once more, unseen and broken into the same lines, with the carets in it. */
function Mirror({ element, value, carets }: MirrorProps): ReactElement {
  const layer = useRef<HTMLDivElement>(null)
  useLayoutEffect(() => {
    if (layer.current !== null) mirrorControl(layer.current, element)
  })
  useLayoutEffect(() => {
    const place = (): void => {
      if (layer.current !== null) mirrorControl(layer.current, element)
    }
    const scroll = (): void => {
      if (layer.current !== null) scrollMirror(layer.current, element)
    }
    element.addEventListener('scroll', scroll)
    const Observer = element.ownerDocument.defaultView?.ResizeObserver
    const observer = Observer && new Observer(place)
    observer?.observe(element)
    return () => {
      element.removeEventListener('scroll', scroll)
      observer?.disconnect()
    }
  }, [element])
  const hasSelection = carets.some(({ anchor, head }) => anchor !== head)
  return (
    <div ref={layer} aria-hidden="true" className="collab-carets" style={layerStyle}>
      {hasSelection && (
        <div style={windowStyle}>
          <div style={textStyle}>{selectionsIn(value, carets)}</div>
        </div>
      )}
      <div style={textStyle}>{caretsIn(value, carets)}</div>
    </div>
  )
}

/** The text with what others have selected. */
function selectionsIn(value: string, carets: readonly Caret[]): ReactNode[] {
  const ends = [0, value.length, ...carets.flatMap(({ anchor, head }) => [anchor, head])]
  const places = [...new Set(ends)].filter((at) => at <= value.length).sort((a, b) => a - b)
  return places.slice(1).map((to, i) => {
    const from = places[i] ?? 0
    const over = carets.filter(
      ({ anchor, head }) => Math.min(anchor, head) <= from && to <= Math.max(anchor, head),
    )
    const part = value.slice(from, to)
    const [caret] = over
    return caret === undefined ? (
      <Fragment key={from}>{part}</Fragment>
    ) : (
      <span
        key={from}
        className="collab-selection"
        style={{ ...selectionStyle, backgroundColor: `${caret.color}47` }}
      >
        {part}
      </span>
    )
  })
}

/** The text with the carets of others. */
function caretsIn(value: string, carets: readonly Caret[]): ReactNode[] {
  let at = 0
  const parts = carets
    .toSorted((a, b) => a.head - b.head)
    .map((caret) => {
      const before = value.slice(at, caret.head)
      at = Math.min(caret.head, value.length)
      return (
        <Fragment key={caret.id}>
          {before}
          <Bar caret={caret} />
        </Fragment>
      )
    })
  // The last line is there also where nothing is written on it.
  return [...parts, `${value.slice(at)}\u200b`]
}

function Bar({ caret: { name, color, ink, moves } }: { readonly caret: Caret }): ReactElement {
  return (
    <span data-caret="" style={placeStyle}>
      <span className="collab-caret" style={{ ...barStyle, backgroundColor: color }} />
      {name !== '' && (
        <span
          // A caret that was moved shows its flag anew.
          key={moves}
          ref={fade}
          className="collab-flag"
          style={{ ...flagStyle, backgroundColor: color, color: ink }}
        >
          {name}
        </span>
      )}
    </span>
  )
}

function fade(flag: HTMLElement | null): void {
  flag?.animate?.([{ opacity: 1 }, { opacity: 0 }], {
    delay: FLAG_MS,
    duration: FADE_MS,
    fill: 'forwards',
  })
}

const layerStyle: CSSProperties = {
  position: 'absolute',
  boxSizing: 'border-box',
  // Flags may stand out at the top, and nothing at the sides.
  overflowX: 'clip',
  overflowY: 'visible',
  pointerEvents: 'none',
  userSelect: 'none',
}

const windowStyle: CSSProperties = {
  position: 'absolute',
  inset: 0,
  padding: 'inherit',
  unicodeBidi: 'inherit',
  overflow: 'hidden',
}

const textStyle: CSSProperties = {
  position: 'absolute',
  top: 0,
  left: 0,
  boxSizing: 'border-box',
  width: '100%',
  padding: 'inherit',
  unicodeBidi: 'inherit',
  transform: 'var(--scroll)',
  visibility: 'hidden',
}

const selectionStyle: CSSProperties = { visibility: 'visible', color: 'transparent' }

/** Takes no room, and lets no line break that would not break without it. */
const placeStyle: CSSProperties = { position: 'relative' }

const barStyle: CSSProperties = {
  position: 'absolute',
  top: 0,
  bottom: 0,
  left: -1,
  width: 2,
  borderRadius: 1,
}

const flagStyle: CSSProperties = {
  position: 'absolute',
  top: 0,
  left: -1,
  transform: 'translate(var(--flag-x), var(--flag-y))',
  maxWidth: '12em',
  padding: '0 5px',
  borderRadius: 4,
  overflow: 'hidden',
  font: '600 11px/16px system-ui, sans-serif',
  letterSpacing: 0,
  textAlign: 'start',
  textIndent: 0,
  textOverflow: 'ellipsis',
  textTransform: 'none',
  whiteSpace: 'nowrap',
}
