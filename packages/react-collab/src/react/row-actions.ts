import { useMemo } from 'react'
import type { Client } from '../client.js'
import type { AddedMany, BatchOptions } from '../create-many.js'
import type { Written } from '../edit.js'
import type { Added, Change, FieldValues } from '../shared-object.js'
import { aimAt, type Target } from '../object-ref.js'
import type { Owned } from './target.js'
import { useClient } from './use-client.js'

/** A row as it is shown: its fields and its id. */
export type Shown<T> = T & { readonly id: string }

/** A row's fields without its id and its owner, which never change. */
export type Fields<T> = { [K in keyof T as K extends Fixed<T> ? never : K]: T[K] }

type Fixed<T> = T extends Owned ? 'id' | keyof Owned : 'id'

/** The functions that write a collection's rows; stable, and usable before anything has loaded. */
export interface RowActions<T> {
  /** Adds a row, of a new id unless one is given; in an owned collection one's own. */
  readonly add: (fields: Fields<T> & { readonly id?: string }) => Added
  /** Adds rows at once, many thousands too, once the object was read. */
  readonly createMany: (
    rows: readonly (Fields<T> & { readonly id?: string })[],
    options?: BatchOptions,
  ) => AddedMany
  /** Changes fields; a row that is not there is made of them, a deleted one stays deleted. */
  readonly update: (rowId: string, change: Change<Fields<T>>) => Written
  /** Deletes a row, also one that is not there yet; it can be restored. */
  readonly remove: (rowId: string) => Written
  /**
   * Shows a deleted row again, with all edits that were made to it meanwhile; one that was never
   * there is made, without fields.
   */
  readonly restore: (rowId: string) => Written
}

/** Gives the functions that write the rows of a collection. */
export function useRowActions(target: Target, collection: string): RowActions<FieldValues> {
  const client = useClient()
  const { id, spec } = aimAt(target)
  return useMemo(
    () => actionsOf(() => client.peek(id, spec), collection),
    [client, id, spec, collection],
  )
}

const actionsOf = (
  object: () => ReturnType<Client['peek']>,
  collection: string,
): RowActions<FieldValues> => ({
  add: (fields) => object().add(collection, fields),
  createMany: (rows, options) => object().createMany(collection, rows, options),
  update: (rowId, change) => object().update(collection, rowId, change),
  remove: (rowId) => object().remove(collection, rowId),
  restore: (rowId) => object().restore(collection, rowId),
})
