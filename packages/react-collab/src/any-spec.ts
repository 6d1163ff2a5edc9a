import type { ObjectSpec, Schema } from '@react-collab/core'

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
  if (!('fields' in a && 'fields' in b)) return b
  if ('item' in a !== 'item' in b) return undefined
  return { ...a, ...b, fields: { ...a.fields, ...b.fields } }
}
