import { StorageError } from '@react-collab/core'
import { useEffect, useMemo, useRef, useSyncExternalStore } from 'react'
import type { Unsubscribe } from '../listeners.js'
import type { IsEqual } from './is-same.js'

/** Not there yet, or unreadable. */
export type Absent = StorageError | undefined

/** Something outside React that can be read and heard of; readings are immutable. */
export interface Readable<R> {
  readonly read: () => R | Absent
  /** What a server renders, and the first render in the browser over it. */
  readonly readAtServer: () => R | Absent
  readonly subscribe: (listener: () => void) => Unsubscribe
}

/**
 * Reads a slice; renders again only when the slice is another.
 *
 * `readable` must be stable. `select` need not be: a new one selects anew, and a slice that equals
 * the one shown keeps its identity. What is absent is given as it is: neither `select` nor
 * `isEqual` sees it.
 */
export function useSelected<R, S>(
  readable: Readable<R>,
  select: (raw: R) => S,
  isEqual: IsEqual<S>,
): S | Absent {
  const shown = useRef<S | Absent>(undefined)
  const [read, readAtServer] = useMemo(() => {
    // oxlint-disable-next-line react/refs -- only what equals the new slice is taken from it
    const pick = memoized(select, isEqual, () => shown.current)
    return [() => pick(readable.read()), () => pick(readable.readAtServer())]
  }, [readable, select, isEqual])
  const slice = useSyncExternalStore(readable.subscribe, read, readAtServer)
  useEffect(() => {
    shown.current = slice
  }, [slice])
  return slice
}

const isAbsent = (value: unknown): value is Absent =>
  value === undefined || value instanceof StorageError

/** Selects once per reading, and keeps an equal slice; before the first, the one that is shown. */
function memoized<R, S>(
  select: (raw: R) => S,
  isEqual: IsEqual<S>,
  shown: () => S | Absent,
): (raw: R | Absent) => S | Absent {
  let seen: R | Absent
  let slice: S | Absent
  return (raw) => {
    if (isAbsent(raw)) return raw
    if (seen === raw) return slice
    const before = seen === undefined ? shown() : slice
    const next = select(raw)
    seen = raw
    slice = !isAbsent(before) && !isAbsent(next) && isEqual(before, next) ? before : next
    return slice
  }
}
