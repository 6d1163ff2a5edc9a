import { cut, kindOf, type ObjectSpec, type Schema, UsageError } from '@react-collab/core'

/** Names an object and tells what it holds; made by the `ref` of `createCollab`. */
export interface ObjectRef<O extends ObjectSpec = ObjectSpec> {
  readonly id: string
  readonly spec: O
}

/** What names an object: its id, or a typed reference to it. */
export type Target = string | ObjectRef

/** A target taken apart. */
export interface Aim {
  readonly id: string
  readonly spec?: ObjectSpec
  /** Suspend until the object was read from disk. */
  readonly wait?: boolean
}

/**
 * Makes sure that an object is asked for as the kind that it is open as; throws KIND_CONFLICT. A kind that is
 * told by no name is not looked at: any may be meant.
 */
export function checkKind(id: string, open: ObjectSpec | undefined, asked: ObjectSpec): void {
  const kind = open && kindOf(open)
  const other = kindOf(asked)
  if (kind === undefined || other === undefined || kind === other) return
  throw new UsageError(
    'KIND_CONFLICT',
    `${cut(id)} is open as ${cut(kind)}, and asked for as ${cut(other)}: an id is one object, of one kind`,
  )
}

/**
 * Makes sure that the client's schema has a kind of that name; throws UNKNOWN_KIND. The schema may have been
 * loaded anew since.
 */
export function checkKnown(spec: ObjectSpec | undefined, schema: Schema | undefined): void {
  const kind = spec && kindOf(spec)
  if (kind === undefined || schema === undefined || Object.hasOwn(schema.objects, kind)) return
  const message = `the client's schema has no kind ${cut(kind)}: give it the same as createCollab`
  throw new UsageError('UNKNOWN_KIND', message)
}

/** Takes a target apart; only its parts are stable. */
export function aimAt(target: Target): Aim {
  if (typeof target === 'string') return { id: target }
  if (typeof target === 'object' && typeof (target as Aim | null)?.id === 'string') return target
  throw new UsageError(
    'BAD_ID',
    `an object is named by its id or a reference, not by ${cut(target)}`,
  )
}
