import { mapRef, type Ref } from '../change/refs.js'
import type { Stream } from './stream.js'

/** A reference, and the stream whose value it is for. */
export interface Followed<V, R extends Ref> {
  readonly stream: Stream<V>
  /** Undefined when what it names was deleted or replaced. */
  readonly ref: R | undefined
}

/** Carries a reference into a stream's value to the latest one. */
export function follow<V, R extends Ref>(stream: Stream<V>, ref: R): Followed<V, R> {
  let at = stream
  let now: Ref | undefined = ref
  for (let next = at.next(); next !== null; next = at.next()) {
    now = now && mapRef(next.change, now)
    at = next.stream
  }
  // A reference keeps its kind.
  return { stream: at, ref: now as R | undefined }
}
