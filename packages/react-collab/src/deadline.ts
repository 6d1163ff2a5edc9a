import type { Platform } from './platform.js'

/** How long an end waits for a disk that does not move. */
const STILL_MS = 10_000
/** How long it waits for one that fails. */
const FAILED_MS = 2000
/** How often it looks. */
const LOOK_MS = 250

/** What an end waits for. */
export interface DeadlineHost {
  readonly platform: Platform
  /** The disk fails. */
  isFailing(): boolean
  /** Changes as long as the disk takes something. */
  progress(): number
}

/** A bound on how long an end takes, whatever the disk does. */
export interface Deadline {
  /** Resolves when `work` has ended, well or not, or when there is no time left. */
  wait(work: Promise<unknown> | undefined): Promise<void>
  stop(): void
}

/** Begins to count. */
export function createDeadline(host: DeadlineHost): Deadline {
  const { platform } = host
  let cancel = (): void => undefined
  let end = (): void => undefined
  let still = 0
  let failing = 0
  let seen = host.progress()
  const ended = new Promise<void>((resolve) => (end = resolve))

  function look(): void {
    const now = host.progress()
    still = now === seen ? still + LOOK_MS : 0
    failing = host.isFailing() ? failing + LOOK_MS : 0
    seen = now
    if (still >= STILL_MS || failing >= FAILED_MS) end()
    else cancel = platform.timer(LOOK_MS, look)
  }

  cancel = platform.timer(LOOK_MS, look)
  return {
    async wait(work) {
      await Promise.race([ended, work?.catch(() => undefined)])
    },
    stop: () => cancel(),
  }
}
