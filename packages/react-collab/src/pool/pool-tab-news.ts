import type { ObjectId, Pool } from '@react-collab/core'

/** What tabs of one client tell each other of the clients of objects. */
export type PoolNews =
  /** Asks the leader for the clients of an object, all of them, and from then on for what is new. */
  | { readonly type: 'ask-pool'; readonly object: ObjectId }
  /** The leader passes on what the server tells, and when it was told. */
  | { readonly type: 'pool'; readonly told: Pool; readonly at: number }
