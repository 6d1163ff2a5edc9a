import type { Timeline } from './timeline.js'

/** In ms. */
export const HOUR = 3_600_000
/** In ms. */
export const DAY: number = 24 * HOUR

/** What is wrong with a wall clock, in ms. */
export type ClockFault =
  | { readonly kind: 'off'; readonly byMs: number }
  | { readonly kind: 'stuck'; readonly atMs: number }
  /** Right and off in turns, each for so long. */
  | { readonly kind: 'stepping'; readonly byMs: number; readonly everyMs: number }

/** The wall clock of one machine. */
export interface WallClock {
  readonly now: () => number
  fault: ClockFault
}

/** A clock that tells the date. */
export const rightClock: ClockFault = { kind: 'off', byMs: 0 }

/** Makes a wall clock that is right. */
export function createWallClock(timeline: Timeline): WallClock {
  const clock: WallClock = { fault: rightClock, now: () => timeOf(clock.fault, timeline.date) }
  return clock
}

function timeOf(fault: ClockFault, date: number): number {
  if (fault.kind === 'stuck') return fault.atMs
  const isRight = fault.kind === 'stepping' && Math.floor(date / fault.everyMs) % 2 === 0
  return isRight ? date : date + fault.byMs
}
