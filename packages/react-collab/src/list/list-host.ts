import {
  hashText,
  ITEM,
  type Patch,
  type Replica as ReplicaId,
  writerTag,
  type WriterTag,
} from '@react-collab/core'
import { unchanged, writtenWith } from '../edit.js'
import type { SharedObject } from '../shared-object.js'
import type { ListIndex } from './list-index.js'
import type { ListHost } from './object-list.js'

/** Gives the lists of a collection what they need of their object. */
export function createListHost(
  object: SharedObject,
  collection: string,
  index: ListIndex,
): ListHost {
  const { replica } = object
  // Until a writer is leased keys are made in the name of nobody else; they are made again then.
  let early: WriterTag | undefined
  return {
    id: object.id,
    index,
    newId: () => object.newId(),
    get holds() {
      const own = object.collection(collection)
      return own === undefined ? undefined : 'item' in own ? 'values' : 'fields'
    },
    get tag() {
      early ??= writerTag(hashText(object.newId()).slice(0, 8) as ReplicaId)
      return replica.writer === undefined ? early : writerTag(replica.writer)
    },
    get ready() {
      return object.ready
    },
    key: (id) => object.key(collection, id),
    row: (key) => replica.visible.row(key),
    patchesOf: (key, change, isDeleted) =>
      object.changes.patchesOf(key, change, collection, isDeleted),
    itemOf: (key, value) =>
      object.changes.jsonOf(key, ITEM, value, object.changes.itemsOf(collection)),
    edit(plan) {
      const patches = plan()
      if (patches.length === 0) return unchanged
      const edit = replica.edit(patches)
      if (!object.ready) edit.plan = () => planned(plan, index)
      return writtenWith([edit])
    },
  }
}

/** Patches made once more; nobody hears of them before all early edits have been made again. */
function planned(plan: () => readonly Patch[], index: ListIndex): readonly Patch[] {
  const patches = plan()
  index.expect(patches.map(([, key]) => key))
  return patches
}
