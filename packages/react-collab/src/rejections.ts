import { cut, UsageError } from '@react-collab/core'
import type { Desk } from './desk.js'
import { type Written, writtenWith } from './edit.js'
import type { Rejected } from './store/store.js'
import type { TabMessage } from './tabs.js'

/** Whom the list tells, and where it reads. */
export interface RejectionsHost {
  readonly desk: Promise<Desk>
  readonly post: (message: TabMessage) => void
  /** Makes an edit. */
  readonly edit: (refused: Rejected) => Promise<Written>
  readonly changed: () => void
  readonly failed: (error: unknown) => void
}

/** The refused edits of this device: on disk until a person decides. */
export class Rejections {
  #all: readonly Rejected[] = []
  readonly #retries = new Map<number, Promise<Written>>()
  readonly #host: RejectionsHost

  constructor(host: RejectionsHost) {
    this.#host = host
  }

  get all(): readonly Rejected[] {
    return this.#all
  }

  /** Reads the list anew; it has changed on disk. */
  read(): void {
    void this.#shown()
  }

  /** Makes a refused edit again, as a new edit; once, however often it is asked for. */
  retry(key: number): Promise<Written> {
    const known = this.#retries.get(key)
    if (known !== undefined) return known
    const retry = this.#retry(key).finally(() => this.#retries.delete(key))
    this.#retries.set(key, retry)
    return retry
  }

  async #retry(key: number): Promise<Written> {
    checkKey(key)
    const { store } = await this.#host.desk
    const found = (await store.rejected()).find((item) => item.key === key)
    if (found === undefined) throw new UsageError('BAD_ID', `no refused edit has the key ${key}`)
    const edit = await this.#host.edit(found)
    // On disk as a new edit before the refused one is forgotten: a crash between loses nothing.
    await edit.local
    await this.discard(key)
    return writtenWith([edit])
  }

  /** Forgets a refused edit for good; resolves when it is not shown any more. */
  async discard(key: number): Promise<void> {
    checkKey(key)
    const { store } = await this.#host.desk
    await store.discard(key)
    await this.tell()
  }

  /** Tells this tab and the others that the list has changed on disk; resolves when it is shown here. */
  tell(): Promise<void> {
    this.#host.post({ type: 'rejected' })
    return this.#shown()
  }

  /** Resolves when the list was read, or cannot be. */
  #shown(): Promise<void> {
    return this.#read().catch(this.#host.failed)
  }

  async #read(): Promise<void> {
    const { store } = await this.#host.desk
    this.#all = await store.rejected()
    this.#host.changed()
  }
}

function checkKey(key: unknown): void {
  if (typeof key === 'number') return
  const what = `a refused edit is named by its key, not by ${cut(key)}`
  throw new UsageError('BAD_ID', `${what}: give entry.key`)
}
