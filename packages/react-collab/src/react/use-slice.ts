import { use, useMemo } from 'react'
import type { Client } from '../client.js'
import type { Unsubscribe } from '../listeners.js'
import type { SharedObject } from '../shared-object.js'
import { type IsEqual, isSame } from './is-same.js'
import { type Aim, aimAt, type Target } from '../object-ref.js'
import { useClient } from './use-client.js'
import { type Absent, type Readable, useSelected } from './use-selected.js'

/** A part of an object; `read` gives undefined while it is not known. */
export interface Source<R> {
  read(object: SharedObject): R | undefined
  listen(object: SharedObject, listener: () => void): Unsubscribe
}

/**
 * Reads a slice of an object and holds the object open while mounted.
 *
 * `source` must be stable. Gives undefined while loading, and the error of a disk that cannot be
 * read; `select` and `isEqual` never see either.
 */
export function useSlice<R, S>(
  target: Target,
  source: Source<R>,
  select: (raw: R) => S,
  isEqual: IsEqual<S> = isSame,
): S | Absent {
  const client = useClient()
  const { id, spec, wait = false } = aimAt(target) as Aim
  if (wait) {
    const { ready, loaded } = client.peek(id, spec)
    // React reads `status` of a promise: one that is known to be over suspends nothing.
    if (ready) void Object.assign(loaded, { status: 'fulfilled' })
    use(loaded)
  }
  const readable = useMemo(
    () => readableOf(client, { id, ...(spec && { spec }), wait }, source),
    [client, id, spec, wait, source],
  )
  return useSelected(readable, select, isEqual)
}

function readableOf<R>(client: Client, aim: Aim, source: Source<R>): Readable<R> {
  const { id, spec, wait } = aim
  const read = (): R | Absent => {
    const object = client.peek(id, spec)
    return source.read(object) ?? object.error
  }
  return {
    read,
    // Without Suspense, servers have nothing to show, and the browser begins with the same.
    readAtServer: () => (wait ? read() : undefined),
    subscribe(listener) {
      const open = client.open(id, spec)
      const { object } = open
      const unsubscribe = [source.listen(object, listener), object.onReading(listener)]
      return () => {
        for (const end of unsubscribe) end()
        open.close()
      }
    },
  }
}
