import {
  canonicalJson,
  contentHash,
  emptyRow,
  type Event,
  eventReplica,
  type Numbers,
  type ObjectState,
  type Origin,
  originOf,
  type Patch,
  type Replica,
  replicaOf,
  type Row,
  type Stamp,
} from '@react-collab/core'

/**
 * Copies of a disk share their past, as numbers are given in order: what the log has of an event, its
 * hash or what it left in the state, proves all numbers before it to be the same, though their hashes
 * are forgotten. Gives the greatest number of each replica that is known so; `logged` are hashes by
 * replica and number.
 */
export function sharedPast(
  held: Iterable<Event>,
  logged: ReadonlyMap<string, string>,
  { rows }: ObjectState,
): Numbers {
  const shared: Record<Replica, number> = {}
  const leftTrace = ([, stamp, patches]: Event, by: Replica): boolean =>
    patches.some((patch) => isTrace(rows.get(patch[1]) ?? emptyRow, patch, renamed(stamp, by)))
  const compare = (event: Event, { replica, n, hash }: Origin): void => {
    if (n <= (shared[replica] ?? 0)) return
    if (logged.get(`${replica}${n}`) === hash || leftTrace(event, replica)) shared[replica] = n
  }
  for (const event of held) {
    const text = JSON.stringify(event)
    const replica = eventReplica(event)
    compare(event, { replica, n: event[0], hash: contentHash(event, text) })
    compare(event, originOf(event, text))
  }
  return shared
}

const renamed = (stamp: Stamp, by: Replica): Stamp => `${stamp.slice(0, 12)}${by}` as Stamp

/** Whether a row shows what a patch has written: copies of a disk give one stamp twice, but not one value. */
function isTrace({ values, stamps, texts }: Row, patch: Patch, stamp: Stamp): boolean {
  const [kind, , field] = patch
  if (kind === '=') {
    const known = values[field]
    if (stamps[field] !== stamp || known === undefined) return false
    return canonicalJson(known) === canonicalJson(patch[3])
  }
  const text = kind === '~' ? texts?.[field]?.live.text : undefined
  if (text === undefined || kind !== '~') return false
  return patch[3].some(([id, , , , typed]) => {
    const at = text.resolve([replicaOf(stamp), id, 'after'])
    return typeof typed === 'string' && at !== undefined && text.toString().startsWith(typed, at)
  })
}
