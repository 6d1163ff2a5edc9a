import {
  type ObjectSpec,
  type PathsOf,
  StorageError,
  type TextField,
  type TextRange,
} from '@react-collab/core'
import { useCallback, useMemo, useState } from 'react'
import type { FieldPath } from '../field-path.js'
import { aimAt, type ObjectRef, type Target } from '../object-ref.js'
import { anchorRange, resolveRange, type TextSpot } from '../text-range.js'
import { useClient } from './use-client.js'
import { usePath } from './use-path.js'
import { type Source, useSlice } from './use-slice.js'

/** Where a stretch or caret is now, and what holds on to it: JSON, to be stored or sent. */
export interface HeldRange extends TextSpot {
  readonly range: TextRange
}

/** Holds on to a stretch, to a caret where `to` is missing, or to nothing; gives what can be stored. */
export type HoldRange = {
  (from: number, to?: number): TextRange
  (from: null): undefined
}

/**
 * Holds on to a caret or a stretch of a shared text, and tells where it is, whatever is edited.
 *
 * ```tsx
 * const [bookmark, setBookmark] = useAnchor('book', 'body')
 * <button onClick={() => setBookmark(area.selectionStart, area.selectionEnd)}>Remember</button>
 * const [place] = useAnchor('book', 'body', comment.at) // as a row, or somebody else, has it
 * ```
 * Undefined while the object is being read from disk, when nothing is held, and where what was stored
 * is no range of this text. Renders when the offsets are others.
 */
export function useAnchor<O extends ObjectSpec>(
  target: ObjectRef<O>,
  path: PathsOf<O, TextField>,
  stored?: TextRange | null,
): readonly [place: HeldRange | undefined, hold: HoldRange]
export function useAnchor(
  target: string,
  path: FieldPath,
  stored?: TextRange | null,
): readonly [place: HeldRange | undefined, hold: HoldRange]
export function useAnchor(
  target: Target,
  path: FieldPath,
  stored?: TextRange | null,
): readonly [place: HeldRange | undefined, hold: HoldRange] {
  const client = useClient()
  const { id, spec } = aimAt(target)
  const place = usePath(path)
  // As text, so that what is the same is the same: rows are read anew, and so are messages.
  const given = JSON.stringify(stored ?? null)
  const [held, setHeld] = useState({ given, own: given })
  const shown = held.given === given ? held.own : given
  const source = useMemo(() => rangeSource(place, JSON.parse(shown)), [place, shown])
  const slice = useSlice(target, source, asItIs)
  const hold = useCallback(
    (from: number | null, to?: number) => {
      const text = client.peek(id, spec).text(place)
      const range = from === null ? undefined : anchorRange(text, from, to)
      setHeld({ given, own: JSON.stringify(range ?? null) })
      return range
    },
    [client, id, spec, place, given],
  )
  return [slice instanceof StorageError ? undefined : (slice ?? undefined), hold as HoldRange]
}

/** Null where there is no such place: undefined is what is not known yet. */
const rangeSource = (path: FieldPath, range: TextRange): Source<HeldRange | null> => ({
  read(object) {
    if (!object.ready) return undefined
    const spot = resolveRange(object.text(path), range)
    return spot === undefined ? null : { ...spot, range }
  },
  listen: (object, listener) => object.text(path).subscribe(listener),
})

const asItIs = (range: HeldRange | null): HeldRange | null => range
