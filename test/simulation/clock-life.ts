import type { Device } from './device.js'
import type { Random } from './random.js'
import type { SimServer } from './server.js'
import type { Timeline } from './timeline.js'
import { type ClockFault, DAY, HOUR, rightClock, type WallClock } from './wall-clock.js'

/** What the life of clocks is made with. */
export interface ClockLifeHost {
  readonly random: Random
  readonly timeline: Timeline
  readonly server: SimServer
  trace(text: string): void
}

/** What becomes of the wall clocks of devices and of the server (R4). */
export class ClockLife {
  readonly #host: ClockLifeHost

  constructor(host: ClockLifeHost) {
    this.#host = host
  }

  /** A clock goes wrong, or is set right, now and then; that of the server also across a restart. */
  act(device: Device): void {
    const { random, server } = this.#host
    if (!random.chance(0.1)) return
    if (random.chance(0.6)) return this.#set(device.name, device.clock, this.#fault())
    const isRestarted = server.running && random.chance(0.3)
    if (isRestarted) server.kill()
    this.#set('server', server.clock, this.#fault())
    if (isRestarted) server.start()
  }

  /** Most servers are mended in the end, but nobody has to wait for it. */
  heal(): void {
    const { random, server } = this.#host
    if (random.chance(0.6)) this.#set('server', server.clock, rightClock)
  }

  #fault(): ClockFault {
    const { random, timeline } = this.#host
    const byMs = random.pick([HOUR, -HOUR, 400 * DAY, -400 * DAY, -timeline.date])
    const kind = random.pick(['right', 'off', 'off', 'stuck', 'stepping'])
    if (kind === 'off') return { kind, byMs }
    if (kind === 'stuck') return { kind, atMs: timeline.date + random.pick([0, byMs]) }
    if (kind === 'stepping') return { kind, byMs, everyMs: random.pick([40, 3000]) }
    return rightClock
  }

  #set(name: string, clock: WallClock, fault: ClockFault): void {
    this.#host.trace(`the clock of ${name} is ${JSON.stringify(fault)}`)
    clock.fault = fault
  }
}
