import {
  type Collection,
  collectionPrefix,
  type Event,
  isCreated,
  type OwnedRows,
  ownerOf,
  type OwnerSets,
  prefixOf,
  type Patch,
  type Refusal,
  ROOT,
  type RowKey,
  type Schema,
} from '@react-collab/core'

/** Tells what is wrong with an event, given whose rows its sender may write; undefined for nothing. */
export type RowJudge = (
  event: Event,
  owners: OwnerSets,
) => Pick<Refusal, 'code' | 'message'> | undefined

/**
 * Makes the judge of whose rows are whose (R8), by the keys of rows alone: it knows no row.
 *
 * Collections are those of all kinds of objects; of one that has several kinds, or none, the shape of
 * the key says whether a row has an owner.
 */
export function createRowJudge(schema: Schema | undefined): RowJudge {
  const collections = collectionsOf(schema)
  return ([, , patches], owners) => {
    for (const [, key] of patches) {
      if (key === ROOT) continue
      const spec = collections.size > 0 ? collections.get(prefixOf(key)) : undefined
      const wrong = shapeFault(key, spec) ?? ownerFault(key, spec, patches, owners)
      if (wrong !== undefined) return wrong
    }
    return undefined
  }
}

function shapeFault(key: RowKey, spec: Collection | undefined): ReturnType<RowJudge> {
  if (spec === undefined) return undefined
  const fault = (what: string): ReturnType<RowJudge> => ({
    code: 'ROW_KIND_CONFLICT',
    message: `${key.slice(0, 64)}: ${what}`,
  })
  if (spec.kind === 'local') return fault('rows of this collection stay on their device')
  if (spec.kind === 'derived') return fault('each device makes the rows of this collection itself')
  const isOwned = ownerOf(key) !== undefined
  if (isOwned === (spec.kind === 'owned')) return undefined
  return fault(isOwned ? 'rows of this collection have no owner' : 'a row here has an owner')
}

function ownerFault(
  key: RowKey,
  spec: Collection | undefined,
  patches: readonly Patch[],
  owners: OwnerSets,
): ReturnType<RowJudge> {
  const owner = ownerOf(key)
  if (owner === undefined) return undefined
  const allowed =
    spec?.kind === 'owned'
      ? owners[(spec as OwnedRows).by]
      : [...owners.client, ...owners.principal]
  if (allowed.includes(owner)) return undefined
  const message = `${key.slice(0, 64)} may be written by its owner alone`
  return { code: isCreated(key, patches) ? 'FORGED_OWNER' : 'NOT_OWNER', message }
}

/** The collections of a schema by what keys of their rows begin with; those that several kinds of objects have otherwise are left out. */
function collectionsOf(schema: Schema | undefined): Map<string, Collection> {
  const found = new Map<string, Collection>()
  const unclear = new Set<string>()
  for (const spec of Object.values(schema?.objects ?? {})) {
    for (const [name, member] of Object.entries(spec)) {
      if (!('fields' in member)) continue
      const prefix = collectionPrefix(name)
      const known = found.get(prefix)
      if (known !== undefined && groupOf(known) !== groupOf(member)) unclear.add(prefix)
      found.set(prefix, member)
    }
  }
  for (const prefix of unclear) found.delete(prefix)
  return found
}

/** What the server tells collections apart by. */
const groupOf = (collection: Collection): string => {
  if (collection.kind === 'owned') return (collection as OwnedRows).by
  return collection.kind === 'list' ? 'shared' : collection.kind
}

/** Adds to what is wrong with the events of a push what the judge finds, by rising index. */
export function judgeRows(
  events: readonly Event[],
  refused: readonly Refusal[],
  find: (event: Event) => ReturnType<RowJudge>,
): readonly Refusal[] {
  const wrong = new Map(refused.map((refusal) => [refusal.index, refusal]))
  events.forEach((event, index) => {
    const found = wrong.has(index) ? undefined : find(event)
    if (found !== undefined) wrong.set(index, { index, ...found })
  })
  return wrong.size === refused.length
    ? refused
    : [...wrong.values()].sort((a, b) => a.index - b.index)
}
