import {
  type MarkRange,
  type ObjectSpec,
  type PathsOf,
  StorageError,
  type TextField,
} from '@react-collab/core'
import { useMemo } from 'react'
import type { FieldPath } from '../field-path.js'
import { marksOf, type MarksOptions } from '../marks/marks-of.js'
import type { TextMarks } from '../marks/text-marks.js'
import { aimAt, type ObjectRef, type Target } from '../object-ref.js'
import { useClient } from './use-client.js'
import { usePath } from './use-path.js'
import { type Source, useSlice } from './use-slice.js'

/** What changes the marks of a text, and asks about them. */
export type MarkActions = Pick<TextMarks, 'mark' | 'unmark' | 'toggle' | 'has' | 'at'>

/** The marks of a text, and what changes them. */
export interface Marks extends MarkActions {
  /**
   * The marked stretches, in order and without an overlap; undefined while the object is being read
   * from disk.
   */
  readonly ranges: readonly MarkRange[] | undefined
}

/**
 * Reads the marks of a shared text, such as bold and links, and gives the functions that change them.
 *
 * ```tsx
 * const { ranges, toggle } = useMarks('note-1', 'body')
 * <button onClick={() => toggle(area.selectionStart, area.selectionEnd, 'bold')}>Bold</button>
 * ```
 * Renders when the marked stretches are others, which they are also when text moves them.
 */
export function useMarks<O extends ObjectSpec>(
  target: ObjectRef<O>,
  path: PathsOf<O, TextField>,
  options?: MarksOptions,
): Marks
export function useMarks(target: string, path: FieldPath, options?: MarksOptions): Marks
export function useMarks(target: Target, path: FieldPath, options: MarksOptions = {}): Marks {
  const client = useClient()
  const { id, spec } = aimAt(target)
  const place = usePath(path)
  // Options are few and small; those of the same content are the same.
  const named = JSON.stringify(options)
  const [source, actions] = useMemo(() => {
    const own = JSON.parse(named) as MarksOptions
    return [
      marksSource(place, own),
      actionsOf(() => marksOf(client.peek(id, spec), place, own)),
    ] as const
  }, [client, id, spec, place, named])
  const slice = useSlice(target, source, asTheyAre)
  const ranges = slice instanceof StorageError ? undefined : slice
  return useMemo(() => ({ ranges, ...actions }), [ranges, actions])
}

const asTheyAre = (ranges: readonly MarkRange[]): readonly MarkRange[] => ranges

const marksSource = (path: FieldPath, options: MarksOptions): Source<readonly MarkRange[]> => ({
  read(object) {
    const marks = marksOf(object, path, options)
    return object.ready ? marks.ranges : undefined
  },
  listen: (object, listener) => marksOf(object, path, options).subscribe(listener),
})

const actionsOf = (marks: () => TextMarks): MarkActions => ({
  mark: (from, to, kind, value) => marks().mark(from, to, kind, value),
  unmark: (from, to, kind) => marks().unmark(from, to, kind),
  toggle: (from, to, kind, value) => marks().toggle(from, to, kind, value),
  has: (from, to, kind, value) => marks().has(from, to, kind, value),
  at: (index) => marks().at(index),
})
