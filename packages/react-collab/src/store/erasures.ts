import { StorageError } from '@react-collab/core'
import type { Transaction } from './disk.js'

/** How often a disk was erased; it lies beside the keys that every edit takes, and outlives them. */
const countOf = async (tx: Transaction): Promise<number> =>
  (await tx.get('keys', 'next'))?.erasures ?? 0

/** Takes note of an erasure: see `Erasures`. */
export async function countErasure(tx: Transaction): Promise<void> {
  const erasures = (await countOf(tx)) + 1
  tx.put('keys', { key: 'next', next: 1, erasures })
}

/**
 * Keeps a tab that opened its disk before a sign-out erased it from writing there: the disk is as new, and
 * whose it is next nobody knows. All transactions take the table `keys`.
 */
export class Erasures {
  #known: number | undefined

  /** Takes note of how often it was erased when it was opened. */
  async opened(tx: Transaction): Promise<void> {
    const count = await countOf(tx)
    this.#known ??= count
  }

  /** Throws `LOCAL_STATE_LOST` when it was erased since. */
  async check(tx: Transaction): Promise<void> {
    if (this.#known === undefined || (await countOf(tx)) === this.#known) return
    throw new StorageError('LOCAL_STATE_LOST', 'all was erased at a sign-out: reload this tab')
  }
}
