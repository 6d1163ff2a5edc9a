import type { ObjectSpec, PathsOf, TextField } from '@react-collab/core'
import { useMemo } from 'react'
import type { FieldPath } from '../field-path.js'
import { type Fold, type FoldedText, foldText } from '../folded-text.js'
import { aimAt, type ObjectRef, type Target } from '../object-ref.js'
import type { SavedFold } from '../saved-folds.js'
import type { SharedObject } from '../shared-object.js'
import type { TextElement } from '../text-binding.js'
import { useClient } from './use-client.js'
import { usePath } from './use-path.js'

import { type TextProps, useTextProps } from './use-text.js'

/** A text with folds, and what binds it to a control. */
export interface Folding<E extends TextElement = TextElement> {
  /** Spread it onto an `<input>` or a `<textarea>`, as what `useText` gives. */
  readonly props: TextProps<E>
  /** The folds that there are, in order; as JSON they can be kept. */
  readonly folds: readonly Fold[]
  /** Hides what is shown from one offset to another; gives what names the fold. */
  readonly fold: (from: number, to: number, placeholder?: string) => number
  /** Shows again what a fold hides; false when there is no such fold. */
  readonly unfold: (id: number) => boolean
  /** Folds again what `folds` was, before a reload; gives how many still hide something. */
  readonly restore: (saved: readonly SavedFold[]) => number
}

/**
 * Binds a shared text to a plain control as `useText` does, and hides parts of it on this screen
 * while everybody goes on editing all of it.
 *
 * ```tsx
 * const { props, folds, fold, unfold } = useFold('note-1', 'body')
 * <textarea {...props} onSelect={(event) => setSelected(event.currentTarget)} />
 * <button onClick={() => fold(selected.selectionStart, selected.selectionEnd)}>Fold</button>
 * ```
 * The folds last as long as the component is mounted.
 */
export function useFold<O extends ObjectSpec, E extends TextElement = TextElement>(
  target: ObjectRef<O>,
  path: PathsOf<O, TextField>,
): Folding<E>
export function useFold<E extends TextElement = TextElement>(
  target: string,
  path: FieldPath,
): Folding<E>
export function useFold(target: Target, path: FieldPath): Folding {
  const client = useClient()
  const { id, spec } = aimAt(target)
  const place = usePath(path)
  const source = useMemo(
    () => createSource(() => client.peek(id, spec), place),
    [client, id, spec, place],
  )
  const props = useTextProps(target, place, source.textOf)
  const folds = props.readOnly ? noFolds : source.text().folds()
  return { props, folds, ...source.actions }
}

/** One folded text for all renders, as long as the object is the same. */
function createSource(object: () => SharedObject, path: FieldPath) {
  let known: { readonly object: SharedObject; readonly text: FoldedText } | undefined
  function textOf(of: SharedObject): FoldedText {
    if (known?.object !== of) known = { object: of, text: foldText(of.text(path)) }
    return known.text
  }
  const text = (): FoldedText => textOf(object())
  const actions: Pick<Folding, 'fold' | 'unfold' | 'restore'> = {
    fold: (from, to, placeholder) => text().fold(from, to, placeholder),
    unfold: (id) => text().unfold(id),
    restore: (saved) => text().restore(saved),
  }
  return { textOf, text, actions }
}

const noFolds: readonly Fold[] = Object.freeze([])
