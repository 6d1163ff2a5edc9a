import {
  applyEvent,
  createObjectState,
  type Cursor,
  type Joined,
  type ObjectState,
} from '@react-collab/core'
import type { Lost } from './standing.js'
import type { JournalBatch } from './store/store.js'

/** A whole state that is loaded while the old one is still shown (R2). */
export interface Staging {
  readonly joined: Joined
  readonly state: ObjectState
  readonly cursor: Cursor
  /** What the log had accepted and no longer holds: it goes back to the outbox. */
  readonly lost: Lost
  readonly isComplete: boolean
  /** Takes entries; false when some are missing before them. */
  receive(batch: JournalBatch): boolean
}

/** Begins with nothing, or goes on where an earlier loading was cut, to load all that `joined` speaks of. */
export function createStaging(joined: Joined, lost: Lost, cut?: Staging): Staging {
  const state = cut?.state ?? createObjectState()
  let cursor: Cursor = cut?.cursor ?? { term: joined.term, seq: 0 }
  return {
    joined,
    state,
    lost,
    get cursor() {
      return cursor
    },
    get isComplete() {
      return cursor.seq >= joined.head
    },
    receive({ term, seq, events }) {
      if (seq > cursor.seq + 1) return false
      for (const event of events.slice(cursor.seq + 1 - seq)) applyEvent(state, event)
      cursor = { term, seq: Math.max(cursor.seq, seq + events.length - 1) }
      return true
    },
  }
}
