import type { Platform } from './platform.js'

/** Whom it tells, and what it works with. */
export interface MakingHost {
  readonly soon: Platform['soon']
  /** Some of it was made. */
  readonly told: () => void
  /** All of it was, or none will be. */
  readonly ended: () => void
}

/** Work of many steps: each in a task of its own, or all at once when somebody cannot wait. */
export class Making<T> {
  /** Resolves to what the last step gave; rejects with what one has thrown. */
  readonly done: Promise<T>
  readonly #host: MakingHost
  #steps: Generator<unknown, T> | undefined
  #resolve: (made: T) => void = () => undefined
  #reject: (error: unknown) => void = () => undefined

  constructor(steps: Generator<unknown, T>, host: MakingHost) {
    this.#steps = steps
    this.#host = host
    this.done = new Promise((resolve, reject) => {
      this.#resolve = resolve
      this.#reject = reject
    })
    host.soon(this.#turn)
  }

  readonly #turn = (): void => {
    if (this.#steps === undefined) return
    this.#step(this.#steps)
    if (this.#steps !== undefined) this.#host.soon(this.#turn)
    // Last: whoever hears of it may ask for all the rest.
    this.#host.told()
  }

  /** Makes all that is left. */
  finish(): void {
    if (this.#steps === undefined) return
    while (this.#steps !== undefined) this.#step(this.#steps)
    this.#host.told()
  }

  #step(steps: Generator<unknown, T>): void {
    try {
      const { done, value } = steps.next()
      if (done !== true) return
      this.#end()
      this.#resolve(value)
    } catch (error) {
      this.#end()
      this.#reject(error)
    }
  }

  #end(): void {
    this.#steps = undefined
    this.#host.ended()
  }
}
