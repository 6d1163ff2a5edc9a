import type { Json } from '../json.js'
import type { Data, Maybe } from './data.js'
import type { Sequence } from './sequence.js'

/**
 * What turns one value into another, with all it takes to turn it back; `null` changes nothing.
 *
 * Canonical: whatever constructors made it, a change is a tree with at most one node for each place
 * of the value. Build it with `replace`, `splice`, `move`, `pathChange` …; look inside with `toDot`.
 */
export type Change = Body | Meta

/** Where in a value a change is: keys of objects and indexes of sequences, outermost first. */
export type Path = readonly (string | number)[]

/** A change without notes. */
export type Body = null | Replace | Fields | Items | Increment | Steps | CustomChange

/** The value as a whole becomes another; absence is `undefined`. */
export interface Replace {
  readonly type: 'replace'
  readonly before: Maybe
  readonly after: Maybe
}

/** Some keys of an object change; no entry is `null`. */
export interface Fields {
  readonly type: 'fields'
  readonly fields: ReadonlyMap<string, Body>
}

/** A sequence changes; parts run in the order of the source, and what follows them is kept. */
export interface Items {
  readonly type: 'items'
  readonly parts: readonly Part[]
}

/** A whole number is added to a number. */
export interface Increment {
  readonly type: 'increment'
  readonly by: number
}

/** Changes one after the other, where a custom change among them cannot be made one with the rest. */
export interface Steps {
  readonly type: 'steps'
  readonly steps: readonly Exclude<Body, Steps | null>[]
}

/** A change with notes on it, such as its author; they take no part in anything. */
export interface Meta {
  readonly type: 'meta'
  readonly notes: readonly Data[]
  readonly change: Body
}

/** Takes items of the source and leaves them where they are. */
export interface Keep {
  readonly kind: 'keep'
  readonly count: number
  /** What happens to each of them. */
  readonly change: Body
}

/** Takes items of the source away; a `put` brings them back elsewhere. */
export interface Take {
  readonly kind: 'take'
  readonly count: number
  /** What happens to each of them on the way. */
  readonly change: Body
}

/** Removes items of the source. */
export interface Delete {
  readonly kind: 'delete'
  readonly content: Sequence
}

/** Adds new items. */
export interface Insert {
  readonly kind: 'insert'
  readonly content: Sequence
}

/** Brings items of the source, from its index `from`, to this place. */
export interface Put {
  readonly kind: 'put'
  readonly from: number
  readonly count: number
}

/** What consumes no source. */
export type Output = Insert | Put

/** What consumes source and leaves nothing in its place. */
export type Removal = Delete | Take

/**
 * One part of a change of a sequence.
 *
 * Between two `keep` all outputs stand before all removals; no part is empty, no two neighbours
 * could be one, and every index that is taken is put exactly once.
 */
export type Part = Keep | Output | Removal

/** Two changes of one value, each brought past the other: the later one first. */
export type Merged<C = Body> = readonly [laterAfterEarlier: C, earlierAfterLater: C]

/** What changes of nested values are worked with; handed down, so that no module needs a later one. */
export interface Algebra {
  readonly apply: (value: Maybe, change: Body) => Maybe
  readonly invert: (change: Body) => Body
  readonly compose: (first: Body, second: Body) => Body
  readonly merge: (earlier: Body, later: Body) => Merged
}

/**
 * A change of an app's own type, on custom values or on any other.
 *
 * Laws  as for every change: `apply(invert(c), apply(c, v)) = v`, and after `mergeWith` both orders
 *       end in the same value. It has to answer for every change that its values may meet.
 */
export abstract class CustomChange {
  readonly type = 'custom'

  /** The name under which a codec registers this type. */
  abstract readonly kind: string

  abstract apply(value: Maybe, algebra: Algebra): Maybe

  abstract invert(algebra: Algebra): Body

  /** Brings this and a concurrent change, `order` says which side this is, past each other. */
  abstract mergeWith(
    other: Exclude<Body, null | Replace | Steps>,
    order: 'earlier' | 'later',
    algebra: Algebra,
  ): { readonly self: Body; readonly other: Body }

  /** Makes this and the change after it one; undefined when they have to stay two. */
  compose(_next: Exclude<Body, null | Replace | Steps>, _algebra: Algebra): Body | undefined {
    return undefined
  }

  /** Says where this brings what is at `path` of its value; by default it leaves it alone. */
  mapPath(path: Path): { readonly path: Path; readonly change: Body } | undefined {
    return { path, change: null }
  }

  /** Gives what a codec stores; its registered `decode` reads it back. */
  abstract toJson(encode: Encoders): Json
}

/** Writes values and changes as JSON; handed to custom changes that hold some. */
export interface Encoders {
  readonly data: (data: Data) => Json
  readonly change: (change: Change) => Json
}
