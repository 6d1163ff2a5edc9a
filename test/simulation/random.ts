/** Seeded randomness: the same seed gives the same run. */
export interface Random {
  /** A number in [0, 1). */
  readonly next: () => number
  /** A whole number in [0, below). */
  readonly below: (below: number) => number
  readonly chance: (probability: number) => boolean
  pick<T>(items: readonly T[]): T
  /** A stream of its own, so that one part's draws do not shift another's. */
  readonly fork: () => Random
}

/** Makes randomness from a seed. Source: mulberry32 (Ettinger). */
export function createRandom(seed: number): Random {
  let state = seed >>> 0
  function next(): number {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
  const below = (limit: number): number => Math.floor(next() * limit)
  return {
    next,
    below,
    chance: (probability) => next() < probability,
    pick: <T>(items: readonly T[]) => items[below(items.length)] as T,
    fork: () => createRandom(below(2 ** 32)),
  }
}
