import { cut, isObjectId, type ObjectId, objectId, UsageError } from '@react-collab/core'
import type { Replica } from './replica.js'

/**
 * Branches are objects of this device alone: their names have a mark that no object may have, so no
 * server can ever hold one. A branch of a branch is named by the whole way.
 */
const MARK = '!'

/** Names a branch of an object, or of a branch; throws `BAD_ID`. */
export function branchId(parent: ObjectId, name: string): ObjectId {
  if (isObjectId(name)) return `${parent}${MARK}${name}` as ObjectId
  throw new UsageError('BAD_ID', `${cut(name)} names no branch: use 1 to 128 of A-Z a-z 0-9 _ -`)
}

/** Tells whether an object is a branch. */
export const isBranch = (object: ObjectId): boolean => object.includes(MARK)

/** The object, or the branch, that a branch is of. */
export const parentOf = (branch: ObjectId): ObjectId =>
  branch.slice(0, branch.lastIndexOf(MARK)) as ObjectId

/** The shared object that a branch comes from, over however many others; an object is its own. */
export const rootOf = (object: ObjectId): ObjectId => object.split(MARK, 1)[0] as ObjectId

/** What a branch is called, without what it is of. */
export const branchName = (branch: ObjectId): string =>
  branch.slice(branch.lastIndexOf(MARK) + MARK.length)

/** The names of all branches of an object, and of theirs, begin with this, and no others. */
export const branchPrefix = (parent: ObjectId): string => parent + MARK

/** Reads the name of an object or of a branch; throws `BAD_ID`. */
export function localId(value: unknown): ObjectId {
  if (typeof value !== 'string' || !value.includes(MARK)) return objectId(value)
  const [root, ...names] = value.split(MARK)
  return names.reduce(branchId, objectId(root))
}

/** Throws `NO_BRANCH` for a branch that is known not to be there. */
export function checkThere({
  object,
  ready,
  cursor,
}: Pick<Replica, 'object' | 'ready' | 'cursor'>): void {
  if (ready && cursor === undefined && isBranch(object))
    throw new UsageError('NO_BRANCH', `there is no branch ${object}: create() makes it`)
}
