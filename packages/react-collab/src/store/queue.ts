/** Runs tasks one after the other, in the order in which they come. */
export type Queue = <R>(task: () => Promise<R>) => Promise<R>

/** Makes an idle queue; a task that fails holds up nothing. */
export function createQueue(): Queue {
  let tail: Promise<unknown> = Promise.resolve()
  return (task) => {
    const result = tail.then(task)
    tail = result.catch(() => undefined)
    return result
  }
}
