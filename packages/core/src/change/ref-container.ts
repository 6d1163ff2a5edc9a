import { cut, UsageError } from '../errors.js'
import type { Json } from '../json.js'
import { type Algebra, type Body, CustomChange, type Encoders } from './change.js'
import {
  CustomValue,
  type Data,
  type DataObject,
  type EncodeData,
  type Maybe,
  sameData,
} from './data.js'
import { mapRef, type Ref } from './refs.js'

type Refs = ReadonlyMap<string, Ref>

/**
 * A value and references into it; each change of the value, at the path `['value']`, carries them,
 * and drops those whose target is gone.
 */
export class RefContainer extends CustomValue {
  readonly kind = 'ref-container'
  readonly value: Data
  readonly refs: Refs

  constructor(value: Data, refs: Refs = new Map()) {
    super()
    this.value = value
    this.refs = refs
  }

  apply(change: Body, applyTo: (value: Maybe, change: Body) => Maybe): RefContainer {
    const inner = valueChange(change)
    const value = inner === undefined ? undefined : applyTo(this.value, inner)
    if (inner === undefined || value === undefined) {
      throw new UsageError('BAD_CHANGE', 'the change is not one of what a ref container holds')
    }
    const refs = [...this.refs].flatMap(([key, ref]): [string, Ref][] => {
      const mapped = mapRef(inner, ref)
      return mapped === undefined ? [] : [[key, mapped]]
    })
    return new RefContainer(value, new Map(refs))
  }

  equals(other: CustomValue): boolean {
    return (
      other instanceof RefContainer &&
      sameData(other.value, this.value) &&
      sameData(dataOf(other.refs), dataOf(this.refs))
    )
  }

  toJson(encode: EncodeData): Json {
    return [encode(this.value), encode(dataOf(this.refs))]
  }
}

const dataOf = (refs: Refs): DataObject => Object.fromEntries(refs) as unknown as DataObject

function valueChange(change: Body): Body | undefined {
  return change?.type === 'fields' && change.fields.size === 1
    ? change.fields.get('value')
    : undefined
}

/** Sets, changes or removes one reference of a container; absence is `undefined`. */
export class RefUpdate extends CustomChange {
  readonly kind = 'ref-update'
  readonly key: string
  readonly before: Ref | undefined
  readonly after: Ref | undefined

  constructor(key: string, before: Ref | undefined, after: Ref | undefined) {
    super()
    this.key = key
    this.before = before
    this.after = after
  }

  apply(value: Maybe): RefContainer {
    if (!(value instanceof RefContainer)) {
      throw new UsageError('BAD_CHANGE', `${cut(value)} holds no references`)
    }
    const refs = new Map(value.refs)
    if (this.after === undefined) refs.delete(this.key)
    else refs.set(this.key, this.after)
    return new RefContainer(value.value, refs)
  }

  invert(): RefUpdate {
    return new RefUpdate(this.key, this.after, this.before)
  }

  /** Of two updates of one reference the later wins; a change of the value carries the update. */
  mergeWith(
    other: Exclude<Body, null | { type: 'replace' | 'steps' }>,
    order: 'earlier' | 'later',
    _algebra: Algebra,
  ): { readonly self: Body; readonly other: Body } {
    if (!(other instanceof RefUpdate)) return { self: this.#past(valueChange(other)), other }
    if (other.key !== this.key) return { self: this, other }
    return order === 'later'
      ? { self: new RefUpdate(this.key, other.after, this.after), other: null }
      : { self: null, other: new RefUpdate(this.key, this.after, other.after) }
  }

  #past(change: Body | undefined): RefUpdate {
    if (change === undefined) throw new UsageError('BAD_CHANGE', 'no change of a ref container')
    const through = (ref: Ref | undefined): Ref | undefined => ref && mapRef(change, ref)
    return new RefUpdate(this.key, through(this.before), through(this.after))
  }

  toJson({ data }: Encoders): Json {
    const list = (ref: Ref | undefined): Json =>
      ref === undefined ? [] : [data(ref as unknown as Data)]
    return [this.key, list(this.before), list(this.after)]
  }
}
