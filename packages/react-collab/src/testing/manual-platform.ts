import type { Platform } from '../platform.js'

/** A platform whose time a test moves by hand. */
export interface ManualPlatform extends Platform {
  /** Wall clock; may be set. */
  time: number
  /** What was reported. */
  readonly errors: unknown[]
  /** How far away the timers are that have not fired. */
  readonly delays: readonly number[]
  /** Lets all promises go on that can. */
  settle(): Promise<void>
  /** Lets time pass: timers fire in their order, and what they begin goes on as far as it can. */
  pass(ms: number): Promise<void>
}

interface Timer {
  readonly due: number
  readonly fire: () => void
}

/** Makes a platform at some time in 2023, with chance that is always the same. */
export function createManualPlatform(chance = 0.5): ManualPlatform {
  const timers = new Set<Timer>()
  let passed = 0
  let ids = 0
  const next = (until: number): Timer | undefined =>
    [...timers].filter(({ due }) => due <= until).sort((a, b) => a.due - b.due)[0]
  const platform: ManualPlatform = {
    time: 1_700_000_000_000,
    errors: [],
    get delays() {
      return [...timers].map(({ due }) => due - passed)
    },
    now: () => platform.time,
    elapsed: () => platform.time,
    random: () => chance,
    id: () => `id${ids++}`,
    timer(ms, fire) {
      const timer = { due: passed + ms, fire }
      timers.add(timer)
      return () => void timers.delete(timer)
    },
    soon: (run) => void platform.timer(1, run),
    idle: (run) => platform.timer(50, run),
    weak: (of) => () => of,
    report: (error) => void platform.errors.push(error),
    async settle() {
      for (let turn = 0; turn < 300; turn++) await Promise.resolve()
    },
    async pass(ms) {
      const until = passed + ms
      await platform.settle()
      for (let timer = next(until); timer !== undefined; timer = next(until)) {
        timers.delete(timer)
        platform.time += timer.due - passed
        passed = timer.due
        timer.fire()
        await platform.settle()
      }
      platform.time += until - passed
      passed = until
    },
  }
  return platform
}
