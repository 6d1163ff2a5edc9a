import { type ObjectSpec, type PathsOf, type TextField, UsageError } from '@react-collab/core'
import {
  useCallback,
  useLayoutEffect,
  useMemo,
  useRef,
  useState,
  useSyncExternalStore,
} from 'react'
import type { EditableText } from '../editable-text.js'
import type { FieldPath } from '../field-path.js'
import { aimAt, type ObjectRef, type Target } from '../object-ref.js'
import type { SharedObject } from '../shared-object.js'
import { TextBinding, type TextElement } from '../text-binding.js'
import { useClient } from './use-client.js'
import { usePath } from './use-path.js'

/** What makes an `<input>` or a `<textarea>` show and edit a shared text; spread it onto one. */
export interface TextProps<E extends TextElement = TextElement> {
  readonly ref: (element: E | null) => (() => void) | undefined
  readonly value: string
  /** Set while the object is being read from disk. */
  readonly readOnly: boolean
  readonly onChange: () => void
  readonly onCompositionStart: () => void
  readonly onCompositionEnd: () => void
  /** Undoes and redoes one's own edits of the object; the browser's undo knows nothing of others'. */
  readonly onKeyDown: (event: UndoKeyEvent) => void
}

/** What `useText` gave, whatever its control is: for what goes with it, as `useCarets`. */
export interface BoundText {
  readonly ref: (element: never) => unknown
  readonly value: string
}

/** What is needed of a key event to know that it means undo or redo. */
export interface UndoKeyEvent {
  readonly key: string
  readonly ctrlKey: boolean
  readonly metaKey: boolean
  readonly shiftKey: boolean
  readonly altKey: boolean
  preventDefault(): void
}

/**
 * Binds a shared text to a plain `<textarea>` or `<input>`: what others type appears while one
 * types, caret and selection stay where they were, and an input method is not disturbed.
 *
 * ```tsx
 * <textarea {...useText('note-1', 'body')} />
 * <input {...useText('list', ['todos', id, 'title'])} />
 * ```
 * The text is empty and read-only while the object is being read from disk.
 */
export function useText<O extends ObjectSpec, E extends TextElement = TextElement>(
  target: ObjectRef<O>,
  path: PathsOf<O, TextField>,
): TextProps<E>
export function useText<E extends TextElement = TextElement>(
  target: string,
  path: FieldPath,
): TextProps<E>
export function useText(target: Target, path: FieldPath): TextProps {
  const place = usePath(path)
  return useTextProps(target, place)
}

/** Binds a text of an object to a control, or what `textOf` makes of it; both must be stable. */
export function useTextProps<E extends TextElement = TextElement>(
  target: Target,
  place: FieldPath,
  textOf?: (object: SharedObject) => EditableText,
): TextProps<E> {
  const client = useClient()
  const { id, spec } = aimAt(target)
  const binding = useMemo(
    () => new TextBinding(() => client.peek(id, spec), place, textOf),
    [client, id, spec, place, textOf],
  )
  const subscribe = useCallback(
    (listener: () => void) => {
      const open = client.open(id, spec)
      const unsubscribe = [binding.subscribe(listener), open.object.onReading(listener)]
      return () => {
        for (const end of unsubscribe) end()
        open.close()
      }
    },
    [client, id, spec, binding],
  )
  const text = useSyncExternalStore(
    subscribe,
    () => binding.value,
    () => undefined,
  )
  const [composed, setComposed] = useState<string>()
  const shown = composed ?? text ?? ''
  useLayoutEffect(() => binding.shown(shown), [binding, shown])
  const handlers = useHandlers(binding, setComposed)
  return { ...handlers, value: shown, readOnly: text === undefined }
}

/** Ctrl or ⌘ with Z is undo, with Shift and Z or with Y redo. */
function turnOf({ key, ctrlKey, metaKey, shiftKey, altKey }: UndoKeyEvent): Turn | undefined {
  if (!(ctrlKey || metaKey) || altKey) return undefined
  const letter = key.toLowerCase()
  if (letter === 'z') return shiftKey ? 'redo' : 'undo'
  return letter === 'y' && ctrlKey ? 'redo' : undefined
}

type Turn = 'undo' | 'redo'

/** The binding behind the props of each text, for what goes with them. */
const bindings = new WeakMap<BoundText['ref'], TextBinding>()

/** @internal Finds the binding of what `useText` gave. */
export function bindingOf(text: Pick<BoundText, 'ref'>): TextBinding {
  const { ref } = (text as Partial<BoundText> | null | undefined) ?? {}
  const binding = ref && bindings.get(ref)
  if (binding !== undefined) return binding
  throw new UsageError('BAD_VALUE', 'carets are shown for what useText gives: pass it on whole')
}

type Handlers = Omit<TextProps, 'value' | 'readOnly'>

function useHandlers(
  binding: TextBinding,
  setComposed: (text: string | undefined) => void,
): Handlers {
  const isComposing = useRef(false)
  const ref = useMemo(() => {
    const bind: TextProps['ref'] = (element) =>
      element === null ? undefined : binding.bind(element)
    bindings.set(bind, binding)
    return bind
  }, [binding])
  return useMemo(
    () => ({
      ref,
      onChange() {
        // An input method has the text to itself until it is done: others' edits wait.
        if (isComposing.current) setComposed(binding.held)
        else binding.take()
      },
      onKeyDown(event) {
        const turn = turnOf(event)
        if (turn === undefined || isComposing.current) return
        event.preventDefault()
        binding[turn]()
      },
      onCompositionStart() {
        isComposing.current = true
        setComposed(binding.held)
      },
      onCompositionEnd() {
        isComposing.current = false
        binding.take()
        setComposed(undefined)
      },
    }),
    [binding, ref, setComposed],
  )
}
