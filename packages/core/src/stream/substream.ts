import type { Change, Path } from '../change/change.js'
import { pathChange } from '../change/constructors.js'
import { isDataObject, type Maybe } from '../change/data.js'
import { mapPath } from '../change/map-path.js'
import { RefContainer } from '../change/ref-container.js'
import { Union } from '../change/union.js'
import { applied, type Next, type Stream } from './stream.js'

/** A stream of what is at a path of another; the path follows it. */
export interface Substream<V> extends Stream<V> {
  readonly path: Path
  /** Tells whether it, or something around it, was deleted or replaced; then no more will come. */
  hasEnded(): boolean
}

/** Makes a stream of what is at `path`; edits of either are seen in both. */
export const substream = <V = Maybe>(parent: Stream<unknown>, path: Path): Substream<V> =>
  parent instanceof Part
    ? parent.inner(path)
    : new Part(parent, path, valueAt(parent.value as Maybe, path) as V)

/** Makes a stream of one key of an object. */
export const field = <T, K extends keyof T & string>(parent: Stream<T>, key: K): Substream<T[K]> =>
  substream(parent, [key])

/** Makes a stream of one item of a list; it follows its item when indexes shift. */
export const item = <T>(parent: Stream<readonly T[]>, index: number): Substream<T> =>
  substream(parent, [index])

/** Reads what is at a path; undefined when there is nothing. */
export const valueAt = (value: Maybe, path: Path): Maybe =>
  path.reduce<Maybe>((inner, key) => memberOf(inner, key), value)

function memberOf(value: Maybe, key: string | number): Maybe {
  if (typeof key === 'number') return Array.isArray(value) ? (value[key] as Maybe) : undefined
  if (value instanceof Union) return value.tag === key ? value.value : undefined
  if (value instanceof RefContainer) return key === 'value' ? value.value : undefined
  return isDataObject(value) && Object.hasOwn(value, key) ? value[key] : undefined
}

class Part<V> implements Substream<V> {
  readonly value: V
  /** These go on silently over changes that do not concern the value. */
  #parent: Stream<unknown>
  #path: Path
  #hasEnded = false

  constructor(parent: Stream<unknown>, path: Path, value: V) {
    this.#parent = parent
    this.#path = path
    this.value = value
  }

  /** A part of a part is one of what that is a part of: so it hears of its end. */
  inner<W>(path: Path): Part<W> {
    const value = valueAt(this.value as Maybe, path) as W
    return new Part(this.#parent, [...this.#path, ...path], value)
  }

  get path(): Path {
    this.next()
    return this.#path
  }

  hasEnded(): boolean {
    const last = this.latest()
    return last instanceof Part && last.#hasEnded
  }

  append(change: Change): Stream<V> {
    const after = applied(this.value, change)
    return new Part(this.#parent.append(pathChange(this.#path, change)), this.#path, after)
  }

  next(): Next<V> | null {
    for (let next = this.#parent.next(); next !== null; next = this.#parent.next()) {
      const mapped = mapPath(next.change, this.#path)
      if (mapped === undefined) {
        this.#hasEnded = true
        return null
      }
      const { path, change } = mapped
      if (change !== null) {
        return { change, stream: new Part(next.stream, path, applied(this.value, change)) }
      }
      this.#parent = next.stream
      this.#path = path
    }
    return null
  }

  latest(): Stream<V> {
    return this.next()?.stream.latest() ?? this
  }
}
