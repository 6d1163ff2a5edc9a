import type { ObjectId } from '@react-collab/core'
import type { Device, SimTab } from './device.js'
import type { Random } from './random.js'
import type { SimServer } from './server.js'
import type { Timeline } from './timeline.js'
import { DAY } from './wall-clock.js'

/** What the life of those who are away is made with. */
export interface AbsenceLifeHost {
  readonly random: Random
  readonly timeline: Timeline
  readonly server: SimServer
  readonly objects: readonly ObjectId[]
  edit(tab: SimTab): void
  trace(text: string): void
}

/** Longer than a client counts, than entries are kept, and than anything else is. */
const ABSENCES = [8, 31, 181, 401]

/** Devices that are away for weeks with edits that nobody has, while the log is pruned. */
export class AbsenceLife {
  readonly #host: AbsenceLifeHost
  #isOver = false

  constructor(host: AbsenceLifeHost) {
    this.#host = host
  }

  /** A device goes away, now and then. It comes back when its line does, or its person. */
  act(device: Device, tab: SimTab): void {
    const { random, timeline, edit, trace } = this.#host
    if (!random.chance(0.03) || tab.frozen || tab.closing) return
    const days = random.pick(ABSENCES)
    trace(`${device.name} is away for ${days} days`)
    device.weather.partitioned = true
    for (let i = 1 + random.below(4); i > 0; i--) edit(tab)
    const isOff = random.chance(0.6)
    timeline.at(random.below(3000), () => {
      if (isOff && !this.#isOver) for (const open of device.tabs) open.kill()
    })
    timeline.at(3000 + random.below(3000), () => this.#pass(days))
  }

  /** Nobody leaves any more. */
  heal(): void {
    this.#isOver = true
  }

  /** Days pass for everybody, of which nobody but the calendar knows, and the log is pruned. */
  #pass(days: number): void {
    const { timeline, server, objects, trace } = this.#host
    trace(`${days} days pass`)
    timeline.sleep(days * DAY)
    for (const object of objects) server.tidy(object)
  }
}
