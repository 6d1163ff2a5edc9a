/** The platform of a client that a page makes of its parts. */
export const pagePlatform = {
  now: () => Date.now(),
  elapsed: () => performance.now(),
  random: Math.random,
  id: () => crypto.randomUUID(),
  timer(ms, fire) {
    const timer = setTimeout(() => fire(), ms)
    return () => clearTimeout(timer)
  },
  idle(run) {
    const idle = requestIdleCallback(() => run())
    return () => cancelIdleCallback(idle)
  },
  weak(of) {
    const held = new WeakRef(of)
    return () => held.deref()
  },
  report: (error) => console.error(error),
}
