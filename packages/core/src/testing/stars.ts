/** A custom value and its custom change, as an app would make them: stars that only get more. */
import type { Json } from '../json.js'
import { type Body, CustomChange } from '../change/change.js'
import type { Registered } from '../change/codec.js'
import { CustomValue, type Data, type Maybe } from '../change/data.js'
import { cut, UsageError } from '../errors.js'

/** How many stars there are. */
export class Stars extends CustomValue {
  readonly kind = 'stars'
  readonly count: number

  constructor(count: number) {
    super()
    this.count = count
  }

  apply(change: Body): Maybe {
    throw new UsageError('BAD_CHANGE', `stars have no ${cut(change?.type)}`)
  }

  equals(other: CustomValue): boolean {
    return other instanceof Stars && other.count === this.count
  }

  toJson(): Json {
    return this.count
  }
}

/** Gives some stars; awards commute. */
export class Award extends CustomChange {
  readonly kind = 'award'
  readonly by: number

  constructor(by: number) {
    super()
    this.by = by
  }

  apply(value: Maybe): Data {
    if (value instanceof Stars) return new Stars(value.count + this.by)
    throw new UsageError('BAD_CHANGE', `${cut(value)} are no stars`)
  }

  invert(): Body {
    return new Award(-this.by)
  }

  mergeWith(other: Exclude<Body, null | { type: 'replace' | 'steps' }>): {
    self: Body
    other: Body
  } {
    return { self: this, other }
  }

  toJson(): Json {
    return this.by
  }
}

/** What a codec has to know of them. */
export const registered: Registered = {
  values: { stars: (json) => new Stars(json as number) },
  changes: { award: (json) => new Award(json as number) },
}
