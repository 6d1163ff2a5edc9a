import type { ObjectId } from '@react-collab/core'

/** Work of a session that may have to wait for an answer from elsewhere. */
export type Work = () => void | Promise<void>

/** Keeps the messages about one object in order, without making other objects wait. */
export class Lanes {
  readonly #waiting = new Map<ObjectId, Work[]>()

  /** Runs `work` after what came before it about the same object; at once if there is nothing. */
  run(object: ObjectId, work: Work): void {
    const lane = this.#waiting.get(object)
    if (lane === undefined) this.#start(object, work)
    else lane.push(work)
  }

  #start(object: ObjectId, work: Work): void {
    const running = work()
    if (running === undefined) return
    this.#waiting.set(object, [])
    const next = (): void => this.#next(object)
    running.then(next, next)
  }

  #next(object: ObjectId): void {
    const lane = this.#waiting.get(object)
    const work = lane?.shift()
    if (lane === undefined || work === undefined) {
      this.#waiting.delete(object)
      return
    }
    const next = (): void => this.#next(object)
    const running = work()
    if (running === undefined) next()
    else running.then(next, next)
  }
}
