import { cut, UsageError } from '../errors.js'
import type { Json } from '../json.js'
import type { Body } from './change.js'
import { CustomValue, type Data, type EncodeData, type Maybe, sameData } from './data.js'

/**
 * A value that is one of several things, told apart by a tag.
 *
 * What it holds changes at the path `[tag]`. To become another thing it is replaced as a whole, and
 * that wins over a concurrent change of what it was.
 */
export class Union extends CustomValue {
  readonly kind = 'union'
  readonly tag: string
  readonly value: Data

  constructor(tag: string, value: Data) {
    super()
    this.tag = tag
    this.value = value
  }

  apply(change: Body, applyTo: (value: Maybe, change: Body) => Maybe): Union {
    const inner = change?.type === 'fields' ? change.fields.get(this.tag) : undefined
    const isOther = change?.type === 'fields' && change.fields.size !== 1
    const value = inner === undefined || isOther ? undefined : applyTo(this.value, inner)
    if (value === undefined) {
      throw new UsageError('BAD_CHANGE', `the change is not one of the union's ${cut(this.tag)}`)
    }
    return new Union(this.tag, value)
  }

  equals(other: CustomValue): boolean {
    return other instanceof Union && other.tag === this.tag && sameData(other.value, this.value)
  }

  toJson(encode: EncodeData): Json {
    return [this.tag, encode(this.value)]
  }
}
