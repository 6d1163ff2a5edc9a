import {
  apply,
  type Body,
  type Change,
  compose,
  composeAll,
  type DataObject,
  difference,
  type Maybe,
  merge,
  type Next,
  type ObjectSpec,
  type RowKey,
  type Stream,
} from '@react-collab/core'
import type { Unsubscribe } from '../listeners.js'
import { notLoaded } from '../not-loaded.js'
import type { SharedObject } from '../shared-object.js'
import { ObjectReading } from './object-reading.js'
import { planOf } from './plan-of.js'
import { memberOf, withoutNotes } from './row-data.js'

/**
 * Where the streams of one object come from: the last of them, and what changed since it was made.
 *
 * Nothing is read until somebody asks a stream for what follows. Streams lead forward only: what
 * nobody holds is forgotten, and the object itself holds none of them.
 */
export class ObjectSource {
  readonly object: SharedObject
  #reading: ObjectReading
  #spec: ObjectSpec | undefined
  #head: ObjectStream
  #dirty = new Set<RowKey>()

  constructor(object: SharedObject) {
    this.object = object
    this.#spec = object.spec
    this.#reading = new ObjectReading(object)
    this.#head = new ObjectStream(this, this.#reading.value)
    const { replica } = object
    // Held weakly: whoever holds a stream holds its source.
    const source = replica.platform.weak(this)
    const unsubscribe = replica.listeners.onAny(
      (keys) => {
        const known = source()
        if (known === undefined) unsubscribe()
        else for (const key of keys) known.#dirty.add(key)
      },
      () => false,
    )
  }

  /** The last stream that there is now. */
  get latest(): ObjectStream {
    this.pull()
    return this.#head
  }

  /** Makes a stream of what changed since the last one was made, if anything did. */
  pull(): void {
    // Whoever looks rouses an object that rests.
    const { spec } = this.object
    void this.object.replica.visible
    if (spec !== this.#spec) return this.#readAnew(spec)
    if (this.#dirty.size === 0) return
    const keys = this.#dirty
    this.#dirty = new Set()
    this.#lead(this.#reading.read(keys))
  }

  #readAnew(spec: ObjectSpec | undefined): void {
    this.#spec = spec
    this.#dirty = new Set()
    this.#reading = new ObjectReading(this.object)
    this.#lead(difference(this.#head.value, this.#reading.value))
  }

  #lead(change: Change): void {
    if (change === null) return
    const stream = new ObjectStream(this, this.#reading.value)
    this.#head.lead({ change, stream })
    this.#head = stream
  }

  /** Edits the value of a stream: carried past what happened since, and written to the object. */
  append(stream: ObjectStream, change: Change): ObjectStream {
    if (change === null) return stream
    const { ready, id } = this.object
    if (!ready) throw notLoaded(`what is in ${id}`)
    const after = apply(stream.value, change) as DataObject
    const ahead = catchUp(stream)
    const [mine, theirs] = merge(ahead.change, change)
    const before = this.#head
    const expected = ahead.change === null ? after : (apply(before.value, mine) as DataObject)
    planOf(this.#reading, expected, mine).commit()
    const done = catchUp(before).change
    // An object may show something else, such as a counter where a text was taken away.
    const rest = differenceWithin([mine, done], expected, this.#head.value)
    const following = compose(theirs, rest)
    if (following === null) return this.#head
    const edited = new ObjectStream(this, after)
    edited.lead({ change: following, stream: this.#head })
    return edited
  }

  subscribe(listener: () => void): Unsubscribe {
    return this.object.replica.listeners.onAny(listener)
  }
}

/** One value of an object, and the way to those that follow it. */
export class ObjectStream implements Stream<DataObject> {
  readonly value: DataObject
  readonly #source: ObjectSource
  #next: { readonly change: Change; readonly stream: ObjectStream } | undefined

  constructor(source: ObjectSource, value: DataObject) {
    this.#source = source
    this.value = value
  }

  /** Says what follows; once. */
  lead(next: { readonly change: Change; readonly stream: ObjectStream }): void {
    this.#next = next
  }

  append(change: Change): ObjectStream {
    return this.#source.append(this, change)
  }

  next(): { readonly change: Change; readonly stream: ObjectStream } | null {
    if (this.#next === undefined) this.#source.pull()
    return this.#next ?? null
  }

  latest(): ObjectStream {
    return this.#source.latest
  }

  /** Calls `listener` after each change of the object, whatever of it. */
  subscribe(listener: () => void): Unsubscribe {
    return this.#source.subscribe(listener)
  }
}

/** The difference of what two changes made of one value: nothing else differs. */
function differenceWithin(changes: readonly Change[], before: Maybe, after: Maybe): Body {
  const bodies = changes.map(withoutNotes)
  const inner = bodies.filter((body) => body !== null)
  if (before === after || inner.length === 0) return null
  if (!inner.every((body) => body.type === 'fields')) return difference(before, after)
  const fields = new Map<string, Body>()
  for (const name of new Set(inner.flatMap((body) => [...body.fields.keys()]))) {
    const own = inner.map((body) => body.fields.get(name) ?? null)
    const change = differenceWithin(own, memberOf(before, name), memberOf(after, name))
    if (change !== null) fields.set(name, change)
  }
  return fields.size === 0 ? null : { type: 'fields', fields }
}

function catchUp(stream: ObjectStream): Next<DataObject> {
  const changes: Change[] = []
  let at = stream
  for (let next = at.next(); next !== null; next = at.next()) {
    changes.push(next.change)
    at = next.stream
  }
  return { change: composeAll(changes), stream: at }
}
