import type { CollabError, ErrorCode } from '@react-collab/core'
import type { ConnectionState } from './connection.js'
import type { Progress } from './staging.js'
import type { LinkReport } from './tabs.js'

/** In one word: how the edits of this device stand. */
export type SyncState =
  /** The disk is being read. */
  | 'loading'
  /** Edits are on their way to the disk. */
  | 'saving'
  /** No server: everything is on this disk, `unsent` edits wait. */
  | 'offline'
  /** Edits go up, or entries come down. */
  | 'syncing'
  /** All is in the log, and all of the log is here. */
  | 'synced'
  /** The server holds the stream, for the reason in `error`; nothing is lost. */
  | 'held'
  /** The disk does not do what it should, for the reason in `error`. */
  | 'failed'

/** How the edits of this device stand. */
export interface SyncStatus {
  readonly state: SyncState
  /** Edits that are not yet in the log. */
  readonly unsent: number
  /** Edits that were refused and wait for a person. */
  readonly rejected: number
  /** How much has come of the objects that are being loaded from the server: rows, or entries. */
  readonly progress?: Progress
  /**
   * Why it stands so. `CLIENT_TOO_OLD` beside any state: something shown was written under a newer
   * version of the schema, and is shown as it is until the app is loaded anew. `SERVER_TOO_OLD`: the server
   * has an older schema than this app; edits wait, and it is tried again.
   */
  readonly error?: { readonly code: ErrorCode; readonly message: string }
}

/** What a status is made of. */
export interface StatusInput {
  readonly ready: boolean
  readonly unsaved: number
  readonly unsent: number
  readonly rejected: number
  readonly connection: ConnectionState
  readonly links: readonly LinkReport[]
  readonly trouble: CollabError | undefined
  /** Something was written under a newer version of the schema than this app has. */
  readonly tooOld?: CollabError | undefined
}

/** Sums up. */
export function statusOf(input: StatusInput): SyncStatus {
  const { unsent, rejected } = input
  const error = errorOf(input)
  const progress = progressOf(input)
  const state = stateOf(input)
  return { state, unsent, rejected, ...(progress && { progress }), ...(error && { error }) }
}

function stateOf({ trouble, ready, unsaved, unsent, connection, links }: StatusInput): SyncState {
  if (trouble !== undefined) return 'failed'
  if (!ready) return 'loading'
  if (unsaved > 0) return 'saving'
  if (connection.status !== 'online') return 'offline'
  if (links.some((link) => link.phase === 'held')) return 'held'
  if (unsent > 0 || links.some((link) => link.phase !== 'live')) return 'syncing'
  return 'synced'
}

function progressOf({ links }: StatusInput): Progress | undefined {
  const all = links.flatMap(({ progress }) => progress ?? [])
  if (all.length === 0) return undefined
  return {
    received: all.reduce((sum, { received }) => sum + received, 0),
    expected: all.reduce((sum, { expected }) => sum + expected, 0),
  }
}

/** Why there is no line, where it is more than that there is none. */
const toldOf: ReadonlySet<ErrorCode> = new Set([
  'AUTH',
  'POLICY_FAILED',
  'TIMEOUT',
  'SERVER_TOO_OLD',
])

const isToldOf = (code: ErrorCode | undefined): code is ErrorCode =>
  code !== undefined && toldOf.has(code)

function errorOf({ trouble, connection, links, tooOld }: StatusInput): SyncStatus['error'] {
  if (trouble !== undefined) return { code: trouble.code, message: trouble.message }
  const held = links.find((link) => link.phase === 'held')
  if (held?.code !== undefined) return { code: held.code, message: held.message ?? '' }
  if (connection.status === 'needs-auth') return { code: 'AUTH', message: connection.message }
  if (connection.status === 'waiting' && isToldOf(connection.code))
    return { code: connection.code, message: connection.message }
  if (connection.status === 'refused') return { code: connection.code, message: connection.message }
  return tooOld && { code: tooOld.code, message: tooOld.message }
}
