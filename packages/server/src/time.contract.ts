import type { Platform } from './platform.js'

/** Time that a test moves; timers fire in their order. */
export class Time {
  now = 1_700_000_000_000
  errors: unknown[] = []
  #ids = 0
  #timers = new Set<{ readonly at: number; readonly run: () => void }>()

  get platform(): Platform {
    return {
      digest: (text: string) => text,
      now: () => this.now,
      elapsed: () => this.now,
      random: () => 0.5,
      id: () => `id${++this.#ids}`,
      report: (error) => void this.errors.push(error),
      timer: (ms, run) => {
        const timer = { at: this.now + ms, run }
        this.#timers.add(timer)
        return () => void this.#timers.delete(timer)
      },
    }
  }

  async pass(ms: number): Promise<void> {
    const until = this.now + ms
    for (;;) {
      for (let i = 0; i < 30; i++) await Promise.resolve()
      const [next] = [...this.#timers].filter(({ at }) => at <= until).sort((a, b) => a.at - b.at)
      if (next === undefined) break
      this.#timers.delete(next)
      this.now = Math.max(this.now, next.at)
      next.run()
    }
    this.now = until
  }

  /** A process that has ended fires no timers. */
  stop(): void {
    this.#timers.clear()
  }
}
