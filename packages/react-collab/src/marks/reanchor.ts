import {
  collectionPrefix,
  type Patch,
  parseRowKey,
  readMark,
  type Reborn,
  ROOT,
  type RowKey,
  type TextAnchor,
  textName,
} from '@react-collab/core'
import type { FieldPlace } from '../field-path.js'
import type { Replica } from '../replica.js'

/** The collection of marks where none is named. */
export const MARKS = 'marks'

const collectionsByReplica = new WeakMap<Replica, Set<string>>()

/** Takes note of a collection that holds marks. */
export function noteMarks(replica: Replica, collection: string): void {
  const known = collectionsByReplica.get(replica) ?? new Set([MARKS])
  collectionsByReplica.set(replica, known.add(collection))
}

/**
 * Sets marks anew, deleted ones too, that hold on to text which was deleted and has come back: it
 * consists of other elements then.
 */
export function reanchored(
  replica: Replica,
  place: FieldPlace,
  reborn: readonly Reborn[],
): Patch[] {
  const name = nameOf(place)
  const collections = collectionsByReplica.get(replica) ?? [MARKS]
  const keys = [...collections].flatMap((collection) => [
    ...replica.visible.keys(collectionPrefix(collection)),
  ])
  return keys.flatMap((key) => patchesOf(replica, key, name, reborn))
}

function nameOf({ key, field }: FieldPlace): string {
  if (key === ROOT) return textName(field)
  const { collection, id } = parseRowKey(key)
  return textName([collection, id, field])
}

function patchesOf(
  replica: Replica,
  key: RowKey,
  text: string,
  reborn: readonly Reborn[],
): Patch[] {
  const row = replica.visible.row(key)
  const mark = row && readMark(row)
  if (mark?.text !== text) return []
  return (['from', 'to'] as const).flatMap((end): Patch[] => {
    const anchor = rebornAnchor(mark[end], reborn)
    return anchor === undefined ? [] : [['=', key, end, [...anchor]]]
  })
}

/** The anchor that holds on to what an anchor's element came back as, if it did. */
function rebornAnchor(
  [replica, id, side]: TextAnchor,
  reborn: readonly Reborn[],
): TextAnchor | undefined {
  for (const { from, to } of reborn) {
    let at = to[1]
    for (const [writer, first, length] of from) {
      if (writer === replica && first <= id && id < first + length)
        return [to[0], at + id - first, side]
      at += length
    }
  }
  return undefined
}
