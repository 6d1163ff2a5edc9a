import type { Platform } from './platform.js'

/** Entries that stay away for this long after a heartbeat spoke of them are missed. */
const DOUBT_MS = 1000

/** Notices entries that never come, by what heartbeats say of the head. */
export interface Deafness {
  /** Hears a heartbeat; true when what it speaks of was missing at an earlier one already. */
  isDeaf(seq: number, head: number): boolean
  /** A new join: what was missing may come. */
  forget(): void
}

/** Heartbeats that queued up behind a long message come together: they count as one. */
export function createDeafness(platform: Platform): Deafness {
  let missedAt = -1
  let isDoubtful = false
  let cancel = (): void => undefined

  function forget(): void {
    cancel()
    missedAt = -1
    isDoubtful = false
  }

  return {
    forget,
    isDeaf(seq, head) {
      if (seq !== head && seq === missedAt) return isDoubtful
      forget()
      if (seq === head) return false
      missedAt = seq
      cancel = platform.timer(DOUBT_MS, () => {
        isDoubtful = true
      })
      return false
    },
  }
}
