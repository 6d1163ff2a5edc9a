import type { LocalStore } from 'react-collab/testing'
import type { Owner } from './network.js'
import type { Random } from './random.js'
import type { Timeline } from './timeline.js'

/** How long a disk takes. */
export interface Slowness {
  /** Longest time before a transaction begins, and after it until its answer is heard. */
  diskMs: number
}

/** What a slow store is made with. */
export interface SlowStoreHost {
  readonly timeline: Timeline
  readonly random: Random
  readonly slowness: Slowness
  readonly owner: Owner
}

/**
 * A store whose transactions take time, so that much happens between a call and its answer. They
 * keep their order, as IndexedDB's do; what a frozen or dead tab asked for is not answered.
 */
export function createSlowStore(store: LocalStore, host: SlowStoreHost): LocalStore {
  const { timeline, random, slowness, owner } = host
  let lastAt = 0
  /** Goes on after everything that was delayed before. */
  const pause = (): Promise<void> | undefined => {
    lastAt = Math.max(lastAt, timeline.now + random.below(slowness.diskMs + 1))
    if (lastAt <= timeline.now && !owner.frozen) return undefined
    return new Promise((resolve) => timeline.at(lastAt - timeline.now, () => owner.later(resolve)))
  }
  const run = async (call: () => unknown): Promise<unknown> => {
    await pause()
    const [result] = await Promise.allSettled([call()])
    await pause()
    if (result.status === 'rejected') throw result.reason
    return result.value
  }
  return new Proxy(store, {
    get(of, name) {
      const value: unknown = Reflect.get(of, name)
      if (typeof value !== 'function') return value
      return (...args: unknown[]) => run(() => Reflect.apply(value, of, args))
    },
  })
}
