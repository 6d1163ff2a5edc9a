import type { CollabError, EventMeta, ObjectId, Versions } from '@react-collab/core'
import type { Edit } from './edit.js'
import type { Ownership } from './ownership.js'
import type { Platform } from './platform.js'
import type { Replica } from './replica.js'
import type { LocalStore, Rejected, Write } from './store/store.js'
import type { Windowing } from './windows/windowing.js'

/** Whom a replica tells: the tab's writer, and who else listens. */
export interface ReplicaHost {
  readonly platform: Platform
  /** Wall clock, corrected by the server's at the last connect. */
  now(): number
  readonly meta: EventMeta | undefined
  /** The version of the schema that is read and written; 1 without one. */
  readonly versions?: Versions | undefined
  /** Which collections are windowed, and where their rows are read from. */
  readonly windowing?: Windowing | undefined
  readonly store?: () => Promise<LocalStore>
  /** An object holds what a newer version wrote. */
  tooOld?(error: CollabError): void
  /** Whose rows may be written here; nobody's without it. */
  readonly ownership?: Ownership
  /** Throws where no edit is taken: the client was closed, or the branch is not there. */
  checkOpen?(replica: Replica): void
  /** Another copy of this disk is at work: the log has numbers that were never given here. */
  copied?(object: ObjectId, logged: number): void
  /** Edits of this device that were refused; none are known without it. */
  rejected?(): readonly Rejected[]
  /** An edit waits for the disk. */
  unsaved(replica: Replica): void
}

/** Edits that the writer brings to the disk together. */
export interface WritePart {
  readonly edits: readonly Edit[]
  /** What to write; asked for again when their stamps had to be made anew. */
  write(): Write
}
