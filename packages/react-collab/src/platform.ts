/** What the outside world gives: the only door to time, chance and the console. */
export interface Platform {
  /** Wall clock, ms since the Unix epoch; may step. */
  readonly now: () => number
  /** Ms since some moment; never steps. How long something takes is measured by it. */
  readonly elapsed: () => number
  /** A number in [0, 1). */
  readonly random: () => number
  /** 128 random bits as base64url. */
  readonly id: () => string
  /** Calls `fire` once, `ms` from now; the function that comes back calls it off. */
  readonly timer: (ms: number, fire: () => void) => () => void
  /** Calls `run` in a task of its own, next: also in a page that nobody sees, where timers are slow. */
  readonly soon: (run: () => void) => void
  /** Calls `run` when nothing more urgent is to do. */
  readonly idle: (run: () => void) => () => void
  /** Gives a thing back for as long as somebody else has it; undefined once nobody has. */
  readonly weak: <T extends object>(of: T) => () => T | undefined
  /** Takes an error that no caller can be given. */
  readonly report: (error: unknown) => void
}

/** The platform of browsers and Node. */
export const hostPlatform: Platform = {
  now: () => Date.now(),
  elapsed: () => performance.now(),
  random: () => Math.random(),
  id: () => {
    const bytes = crypto.getRandomValues(new Uint8Array(16))
    return btoa(String.fromCharCode(...bytes))
      .replaceAll('+', '-')
      .replaceAll('/', '_')
      .slice(0, 22)
  },
  timer(ms, fire) {
    const timer = setTimeout(fire, ms)
    return () => clearTimeout(timer)
  },
  soon(run) {
    const { port1, port2 } = new MessageChannel()
    port1.onmessage = () => {
      port1.close()
      run()
    }
    port2.postMessage(undefined)
  },
  idle(run) {
    // Safari has no requestIdleCallback.
    if (typeof requestIdleCallback !== 'function') return hostPlatform.timer(50, run)
    const handle = requestIdleCallback(run, { timeout: 2000 })
    return () => cancelIdleCallback(handle)
  },
  weak(of) {
    const ref = new WeakRef(of)
    return () => ref.deref()
  },
  report: (error) => console.error(error),
}

/** The surroundings of a client that only renders: what waits there keeps no process alive. */
export const renderingPlatform: Platform = {
  ...hostPlatform,
  timer(ms, fire) {
    const timer: unknown = setTimeout(fire, ms)
    // Only Node's timers hold a process, and only those can be told not to.
    ;(timer as { unref?(): unknown }).unref?.()
    return () => clearTimeout(timer as number)
  },
}
