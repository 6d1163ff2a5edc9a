import type { ObjectId } from '@react-collab/core'

/** Work of a session that may have to wait for an answer from elsewhere; it does not reject. */
export type Work = () => void | Promise<void>

/** Keeps the messages about one object in order, without making other objects wait. */
export class Lanes {
  /** What waits, for each object that has work under way. */
  readonly #waiting = new Map<ObjectId, Work[]>()

  /** Runs `work` after what came before it about the same object; at once if there is nothing. */
  run(object: ObjectId, work: Work): void {
    const lane = this.#waiting.get(object)
    if (lane !== undefined) {
      lane.push(work)
      return
    }
    const running = work()
    if (running !== undefined) void this.#runOn(object, running)
  }

  async #runOn(object: ObjectId, first: Promise<void>): Promise<void> {
    const lane: Work[] = []
    this.#waiting.set(object, lane)
    await first
    // Not `for of` over a copy: more may come while it waits.
    for (let work = lane.shift(); work !== undefined; work = lane.shift()) await work()
    this.#waiting.delete(object)
  }
}
