import { checkListId, cut, UsageError } from '@react-collab/core'
import { checkObject } from '../argument.js'
import type { SharedObject } from '../shared-object.js'
import { ListIndex } from './list-index.js'
import { createListHost } from './list-host.js'
import { type ListHost, ObjectList } from './object-list.js'

/** Which of a collection's lists. */
export interface ListName {
  /** The id of the row that holds the list; the collection's main list without one. */
  readonly within?: string | undefined
}

/** The lists of one object, each made once. */
interface Lists {
  readonly indexes: Map<string, ListIndex>
  readonly lists: Map<string, ObjectList>
}

const listsByObject = new WeakMap<SharedObject, Lists>()

/**
 * Reads a list of a collection's rows: the main one, or that `within` a row.
 *
 * ```ts
 * const todos = listOf(object, 'todos')
 * todos.insert(0, { text: 'Milk' })
 * ```
 * With a schema the collection has to be a list. A function and no method of the object, so that who
 * has no lists does not load them.
 */
export function listOf(
  object: SharedObject,
  collection: string,
  { within = '' }: ListName = {},
): ObjectList {
  checkObject(object)
  const spec = object.collection(collection)
  if (spec !== undefined && spec.kind !== 'list')
    throw new UsageError('UNKNOWN_COLLECTION', `${cut(collection)} is no list in the schema`)
  const name = JSON.stringify([collection, checkListId(within)])
  const { lists } = listsIn(object)
  const list = lists.get(name) ?? new ObjectList(listHostOf(object, collection), within)
  lists.set(name, list)
  return list
}

function listsIn(object: SharedObject): Lists {
  const lists = listsByObject.get(object) ?? { indexes: new Map(), lists: new Map() }
  listsByObject.set(object, lists)
  return lists
}

/** Gives what the lists of a collection are made of. */
export function listHostOf(object: SharedObject, collection: string): ListHost {
  const { indexes } = listsIn(object)
  const index = indexes.get(collection) ?? new ListIndex(object.replica, collection)
  indexes.set(collection, index)
  return createListHost(object, collection, index)
}
