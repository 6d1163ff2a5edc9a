import { useCallback, useEffect, useMemo, useSyncExternalStore } from 'react'
import { ControlCaret } from '../presence/control-caret.js'
import { type Caret, type CaretLook, TextCarets } from '../presence/text-carets.js'
import { checkHolder } from '@react-collab/core'
import { bindingOf, type BoundText } from './use-text.js'

const none: readonly Caret[] = Object.freeze([])

/**
 * Shares the caret of a control that shows a shared text, and gives those of the others.
 *
 * ```tsx
 * const text = useText('note-1', 'body')
 * const carets = useCarets(text, { name: 'Ada', color: '#1971c2' })
 * <textarea {...text} />
 * <p>{carets.map(({ name }) => name).join(', ')}</p>
 * ```
 * Carets follow all edits, and are shared while the control has the focus. To draw them, see
 * `CaretLayer`. For CodeMirror there is `collabCarets`.
 */
export function useCarets(text: Pick<BoundText, 'ref'>, look: CaretLook): readonly Caret[] {
  const binding = bindingOf(text)
  checkHolder('useCarets(text, …)', 'a look as { name, color }', look)
  const { name, color } = look
  const carets = useMemo(() => {
    const { object, path } = binding.place
    return new TextCarets(object, path, binding.text)
  }, [binding])
  const own = useMemo(() => new ControlCaret(binding, carets), [binding, carets])
  useEffect(() => own.start(), [own])
  useEffect(() => own.restyle({ name, color }), [own, name, color])
  const subscribe = useCallback((listener: () => void) => carets.subscribe(listener), [carets])
  return useSyncExternalStore(
    subscribe,
    () => carets.all,
    () => none,
  )
}
