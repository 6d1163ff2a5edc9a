import type { Field, ObjectSpec, Schema, ValueField, ValueList } from '@react-collab/core'

type Member = ObjectSpec[string]

/**
 * Describes an object that is named without its kind: what any kind of the schema may hold.
 *
 * A collection that is local in one kind and shared in another is left out: guessing wrong would
 * send what must not leave this device, so such an object has to be named with its kind.
 */
export function anySpecOf({ objects }: Schema): ObjectSpec {
  const known = new Map<string, Member | undefined>()
  for (const spec of Object.values(objects)) {
    for (const [name, member] of Object.entries(spec)) {
      const before = known.get(name)
      known.set(name, known.has(name) ? joined(before, member) : member)
    }
  }
  const entries = [...known].filter((entry): entry is [string, Member] => entry[1] !== undefined)
  return Object.fromEntries(entries)
}

function joined(a: Member | undefined, b: Member): Member | undefined {
  if (a === undefined || a.kind !== b.kind) return undefined
  if ('by' in a && 'by' in b && a.by !== b.by) return undefined
  if (!('fields' in a && 'fields' in b)) return unasked(a as Field, b as Field)
  if ('item' in a !== 'item' in b) return undefined
  if (a.kind === 'derived') return a === b ? a : undefined
  const fields: Record<string, Field> = { ...a.fields, ...b.fields }
  for (const [name, field] of Object.entries(a.fields))
    if (Object.hasOwn(b.fields, name)) fields[name] = unasked(field, b.fields[name] as Field)
  return {
    ...a,
    ...b,
    fields,
    ...('item' in b && { item: unasked((a as ValueList).item, (b as ValueList).item) }),
  }
}

/** Two kinds that ask different validators: which to ask is not known, and neither is asked. */
function unasked(a: Field, b: Field): Field {
  const [one, other] = [a, b] as Partial<ValueField<unknown>>[]
  return one?.validator === other?.validator ? b : ({ kind: b.kind } as Field)
}
