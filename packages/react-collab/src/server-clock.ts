import type { Platform } from './platform.js'

/** A wall clock that differs less from the server's is left alone. */
const TOLERANCE_MS = 2000

/** The wall clock of this device, corrected by what the server last said. */
export interface ServerClock {
  /** Ms since the Unix epoch, as the server would say. */
  readonly now: () => number
  /** What the server said last; 0 before it has said anything. */
  readonly heard: number
  /** Takes note of the server's time. */
  readonly hear: (serverNow: number) => void
}

/** Makes a clock that has not heard of a server. */
export function createServerClock(platform: Platform): ServerClock {
  let offset = 0
  let heard = 0
  return {
    now: () => platform.now() + offset,
    get heard() {
      return heard
    },
    hear(serverNow) {
      heard = serverNow
      const difference = serverNow - platform.now()
      offset = Math.abs(difference) > TOLERANCE_MS ? difference : 0
    },
  }
}
