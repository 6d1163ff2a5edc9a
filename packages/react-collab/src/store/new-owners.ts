import {
  type Event,
  isCreated,
  type Json,
  ownerOf,
  type Owners,
  parseRowKey,
  type Patch,
  type RowKey,
  rowKey,
  rowName,
  withOrigin,
} from '@react-collab/core'

/**
 * Gives rows that are made in some edits another owner: those of `from` become those of `to`. Gives the
 * event that is made of each, with the origin that it had. Rows that were made elsewhere stay as they
 * are: the log has them under their names.
 */
export function createNewOwners(
  events: Iterable<Event>,
  from: Owners,
  to: Owners,
): (event: Event) => Event {
  const owners = new Map([
    [from.client, to.client],
    [from.principal, to.principal],
  ])
  const keys = new Map<string, RowKey>()
  for (const [, , patches] of events) {
    for (const [, key] of patches) {
      const owner = owners.get(ownerOf(key) ?? '')
      if (owner === undefined || keys.has(key) || !isCreated(key, patches)) continue
      const { collection, id } = parseRowKey(key)
      keys.set(key, rowKey(collection, id, owner))
    }
  }
  // What refers to a row has its name for a value.
  const names = new Map([...keys].map(([old, now]) => [rowName(old as RowKey), rowName(now)]))
  return (event) => {
    const [n, stamp, patches, ...meta] = event
    const after = patches.map((patch) => rename(patch, keys, names))
    const isSame = after.every((patch, i) => patch === patches[i])
    return isSame ? event : withOrigin([n, stamp, after, ...meta], event)
  }
}

type Names = ReadonlyMap<string, string>

function rename(patch: Patch, keys: ReadonlyMap<string, RowKey>, names: Names): Patch {
  const key = keys.get(patch[1]) ?? patch[1]
  const [kind, old, ...rest] = patch
  const moved = key === old ? patch : ([kind, key, ...rest] as unknown as Patch)
  if (moved[0] !== '=') return moved
  const value = renamed(moved[3], names)
  return value === moved[3] ? moved : ['=', moved[1], moved[2], value]
}

function renamed(value: Json, names: Names): Json {
  if (typeof value === 'string') return names.get(value) ?? value
  if (typeof value !== 'object' || value === null) return value
  const before = Object.entries(value)
  const after = before.map(([key, item]) => [key, renamed(item as Json, names)] as const)
  if (after.every(([, item], i) => item === before[i]?.[1])) return value
  return Array.isArray(value) ? after.map(([, item]) => item) : Object.fromEntries(after)
}
