import type { Patch, Replica, TextChange, TextPatch } from '@react-collab/core'

/** Keeps what takes own edits back. */
export interface Recorder {
  /** Edits that are made now are part of something that began before, and ends with its caller. */
  readonly isOpen: boolean
  /** Gives what notes edits that are one step, however long they take. */
  together(): (patches: readonly Patch[]) => void
  /** An edit is about to be shown. */
  wrote(patches: readonly Patch[]): void
  /** A text was edited by `writer`. */
  typed(patch: TextPatch, change: TextChange, writer: Replica): void
  /** What it has kept is of something that is gone. */
  clear(): void
}
