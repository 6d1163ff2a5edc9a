import { useEffect, useMemo, useRef, useSyncExternalStore } from 'react'
import type { Unsubscribe } from '../listeners.js'
import type { IsEqual } from './is-same.js'

/** Something outside React that can be read and heard of; readings are immutable. */
export interface Readable<R> {
  readonly read: () => R
  /** What a server renders, and the first render in the browser over it. */
  readonly readAtServer: () => R
  readonly subscribe: (listener: () => void) => Unsubscribe
}

/**
 * Reads a slice; renders again only when the slice is another.
 *
 * `readable` must be stable. `select` need not be: a new one selects anew, and a slice that equals
 * the one shown keeps its identity.
 */
export function useSelected<R, S>(
  readable: Readable<R>,
  select: (raw: R) => S,
  isEqual: IsEqual<S>,
): S {
  const shown = useRef<Slice<S> | undefined>(undefined)
  const [read, readAtServer] = useMemo(() => {
    // oxlint-disable-next-line react/refs -- only what equals the new slice is taken from it
    const pick = memoized(select, isEqual, () => shown.current)
    return [() => pick(readable.read()), () => pick(readable.readAtServer())]
  }, [readable, select, isEqual])
  const slice = useSyncExternalStore(readable.subscribe, read, readAtServer)
  useEffect(() => {
    shown.current = { slice }
  }, [slice])
  return slice
}

interface Slice<S> {
  readonly slice: S
}

/** Selects once per reading, and keeps an equal slice; before the first, the one that is shown. */
function memoized<R, S>(
  select: (raw: R) => S,
  isEqual: IsEqual<S>,
  shown: () => Slice<S> | undefined,
): (raw: R) => S {
  let seen: (Slice<S> & { readonly raw: R }) | undefined
  return (raw) => {
    if (seen !== undefined && Object.is(seen.raw, raw)) return seen.slice
    const before = seen ?? shown()
    const next = select(raw)
    const slice = before !== undefined && isEqual(before.slice, next) ? before.slice : next
    seen = { raw, slice }
    return slice
  }
}
