import { cut, UsageError } from './errors.js'
import type { Collection, Field, Fields, ObjectSpec } from './schema.js'

/** Rows that are read from the disk as they are shown, in the order of one of some fields. */
export interface WindowedRows<F extends Fields = Fields, W extends string = string>
  extends Collection<F> {
  readonly windowed: readonly W[]
}

const windowedBy = (member: Field | Collection | undefined): unknown =>
  member !== undefined && 'fields' in member ? member.windowed : undefined

/** Makes sure of what only windowed rows have to be; `UsageError` BAD_VALUE. */
export function checkWindowed(name: string, member: Field | Collection, spec: ObjectSpec): void {
  checkNeedsAll(name, member, spec)
  const windowed = windowedBy(member)
  if (windowed === undefined) return
  const { kind, fields } = member as Collection
  if (kind !== 'shared' && kind !== 'owned') {
    const message = `${cut(name)} is ${kind}: only shared and owned rows are windowed`
    throw new UsageError('BAD_VALUE', message)
  }
  const other = Object.entries(fields).find(([, field]) => field.kind !== 'value')
  if (other !== undefined) {
    const what = `${cut(other[0])} of ${cut(name)} is a ${other[1].kind}`
    throw new UsageError('BAD_VALUE', `${what}; windowed rows have values only`)
  }
  const isNamed = (field: unknown): boolean =>
    typeof field === 'string' && Object.hasOwn(fields, field)
  if (Array.isArray(windowed) && windowed.length > 0 && windowed.every(isNamed)) return
  const what = `a list of fields that order it, of ${Object.keys(fields).join(', ')}`
  const strays = Array.isArray(windowed) ? windowed.filter((field) => !isNamed(field)) : [windowed]
  const given = strays.length > 0 ? `, not ${strays.map(cut).join(', ')}` : ''
  throw new UsageError('BAD_VALUE', `windowed of ${cut(name)} is to be ${what}${given}`)
}

/** What looks at all rows of a collection needs them in memory. */
function checkNeedsAll(name: string, member: Field | Collection, spec: ObjectSpec): void {
  const from =
    member.kind === 'derived' && 'from' in member ? [[name, String(member.from)] as const] : []
  const fields = 'fields' in member ? Object.entries(member.fields) : [[name, member] as const]
  const refs = fields.flatMap(([field, it]) => ('to' in it ? [[field, it.to] as const] : []))
  for (const [what, to] of [...from, ...refs]) {
    if (!Object.hasOwn(spec, to) || windowedBy(spec[to]) === undefined) continue
    const message = `${cut(what)} needs all of ${cut(to)}, which is windowed`
    throw new UsageError('BAD_VALUE', message)
  }
}

/** Makes sure of what goes for all kinds of objects: one may be named without its kind. */
export function checkWindows(objects: readonly ObjectSpec[], hasUpcasts: boolean): void {
  const known = new Map<string, string>()
  for (const [name, member] of objects.flatMap((spec) => Object.entries(spec))) {
    if (!('fields' in member)) continue
    const windowed = JSON.stringify(member.windowed ?? null)
    if ((known.get(name) ?? windowed) !== windowed) {
      const message = `${cut(name)} is to be windowed by the same fields in all kinds of objects`
      throw new UsageError('BAD_VALUE', message)
    }
    known.set(name, windowed)
    if (!hasUpcasts || member.windowed === undefined) continue
    const message = `${cut(name)} is windowed: the disk orders its rows as written, and not as upcast`
    throw new UsageError('BAD_VALUE', message)
  }
}
