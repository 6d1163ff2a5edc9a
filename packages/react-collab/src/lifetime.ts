import type { Platform } from './platform.js'

/** A platform whose timers end together. */
export interface Lifetime {
  readonly platform: Platform
  /** Calls off what waits, and takes nothing more. */
  end(): void
}

/** Makes a platform with an end: what is left of a client then keeps no process alive. */
export function createLifetime(of: Platform): Lifetime {
  const waiting = new Set<() => void>()
  let isOver = false

  function begin(plan: (fire: () => void) => () => void, fire: () => void): () => void {
    if (isOver) return () => undefined
    const cancel = plan(() => {
      waiting.delete(call)
      fire()
    })
    const call = (): void => {
      waiting.delete(call)
      cancel()
    }
    waiting.add(call)
    return call
  }

  return {
    platform: {
      ...of,
      timer: (ms, fire) => begin((run) => of.timer(ms, run), fire),
      idle: (run) => begin((then) => of.idle(then), run),
    },
    end() {
      isOver = true
      for (const call of waiting) call()
    },
  }
}
