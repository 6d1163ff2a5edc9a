/** What a client process and its parent tell each other. */
import type { Rejected } from 'react-collab'

/** An acknowledgement that a client was given. */
export type Ack =
  | { readonly type: 'local'; readonly object: string; readonly name: string }
  | {
      readonly type: 'server'
      readonly object: string
      readonly name: string
      /** Missing when the log was put back to an older state since. */
      readonly seq: number | undefined
    }

/** How a client stands. */
export interface Standing {
  readonly type: 'standing'
  readonly state: string
  readonly online: boolean
  readonly unsent: number
  /** Seq of the last entry, by object. */
  readonly seqs: readonly number[]
}

/** All that a client holds, once it has everything. */
export interface Holdings {
  readonly type: 'holdings'
  /** Canonical text of each object's state. */
  readonly states: readonly string[]
  readonly rejected: readonly Rejected[]
}

/** From client to parent. */
export type ClientReport =
  | Ack
  | Standing
  | Holdings
  | { readonly type: 'trouble'; readonly text: string }

/** From parent to client. */
export type ClientOrder = 'stand' | 'rest' | 'tell' | 'end'

/** What a client process is started with. */
export interface ClientStart {
  readonly url: string
  readonly file: string
  readonly client: string
  readonly life: number
  readonly seed: number
  /** Ms between bursts of edits, on average; 0 for a client that only reads. */
  readonly paceMs: number
}
