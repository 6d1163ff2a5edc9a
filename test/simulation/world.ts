import { applyPatches, type Event, type ObjectId, type Patch } from '@react-collab/core'
import type { Rejected, SharedObject } from 'react-collab/testing'
import { createDevice, type Device, type SimTab } from './device.js'
import { fair } from './network.js'
import { difference, fold, judge, type Made, nameOf, readLog } from './oracle.js'
import { createRandom, type Random } from './random.js'
import { createSimServer, type SimServer } from './server.js'
import type { Sabotage } from './sabotage.js'
import { createTimeline, type Timeline } from './timeline.js'

/** What a run is made of; all else follows from the seed. */
export interface RunOptions {
  readonly seed: number
  readonly actions?: number
  readonly sabotage?: Sabotage
  readonly trace?: (line: string) => void
}

/** How a run ended. */
export interface RunResult {
  readonly seed: number
  readonly complaints: readonly string[]
  readonly edits: number
  readonly logged: number
  readonly faults: number
  /** Virtual ms from the last heal until all was equal. */
  readonly healedMs: number
}

const OBJECT = 'address-book' as ObjectId
const START = Date.UTC(2026, 0, 1)
/** Everything must be equal this long after the last fault, without a new edit. */
const HEAL_MS = 180_000
const FIELDS = ['name', 'phone', 'email', 'note']

/** Runs one seed to its end. */
export async function run(options: RunOptions): Promise<RunResult> {
  return new World(options).run()
}

class World {
  readonly #options: RunOptions
  readonly #random: Random
  readonly #timeline: Timeline
  readonly #server: SimServer
  readonly #devices: Device[] = []
  readonly #made: Made[] = []
  readonly #complaints: string[] = []
  #faults = 0
  #edits = 0

  constructor(options: RunOptions) {
    const { seed, sabotage = {} } = options
    this.#options = options
    this.#random = createRandom(seed)
    this.#timeline = createTimeline(START)
    const report = (error: unknown): void => this.#complain(`reported: ${String(error)}`)
    this.#server = createSimServer(
      this.#timeline,
      this.#random.fork(),
      report,
      sabotage.log ?? ((log) => log),
      sabotage.disk ?? ((disk) => disk),
    )
    Object.assign(this.#server, {
      published: (entries: { seq: number; events: unknown[] }) => this.#published(entries),
    })
    for (let i = 0; i < 2 + this.#random.below(3); i++) {
      this.#devices.push(
        createDevice(`d${i}`, {
          timeline: this.#timeline,
          random: this.#random.fork(),
          server: this.#server,
          object: OBJECT,
          wrap: sabotage.store ?? ((store) => store),
          push: sabotage.push ?? ((message) => message),
          deaf: sabotage.deaf ?? false,
          report,
        }),
      )
    }
  }

  async run(): Promise<RunResult> {
    let healedMs = 0
    try {
      healedMs = await this.#live()
    } catch (error) {
      this.#complain(`threw: ${error instanceof Error ? error.message : String(error)}`)
    }
    return {
      seed: this.#options.seed,
      complaints: this.#complaints,
      edits: this.#edits,
      logged: this.#server.committed().get(OBJECT)?.seq ?? 0,
      faults: this.#faults,
      healedMs,
    }
  }

  async #live(): Promise<number> {
    for (const device of this.#devices) device.open()
    const actions = this.#options.actions ?? 60
    for (let i = 0; i < actions && this.#complaints.length === 0; i++) {
      this.#act()
      await this.#timeline.runTo(
        this.#timeline.now + this.#random.below(this.#random.chance(0.1) ? 15_000 : 400),
      )
      this.#checkTabs()
    }
    this.#heal()
    const healedAt = this.#timeline.now
    await this.#timeline.runTo(healedAt + HEAL_MS, () => this.#quiet())
    const healedMs = this.#timeline.now - healedAt
    // Memory is quiet a moment before the disk is.
    await this.#timeline.runTo(this.#timeline.now + 6000)
    if (this.#complaints.length === 0) await this.#checkEnd()
    return healedMs
  }

  #complain(text: string): void {
    this.#complaints.push(text)
  }

  #trace(text: string): void {
    this.#options.trace?.(`${this.#timeline.now - START} ${text}`)
  }

  #act(): void {
    const dice = this.#random.below(100)
    const device = this.#random.pick(this.#devices)
    const tab = device.tabs.length === 0 ? device.open() : this.#random.pick(device.tabs)
    if (dice < 62) return this.#edit(tab)
    this.#faults += 1
    if (dice < 68) this.#spoil(device)
    else if (dice < 73) this.#tabs(device, tab)
    else if (dice < 79) this.#die(device, tab)
    else if (dice < 83) this.#freeze(tab)
    else if (dice < 91) this.#upset()
    else if (dice < 94) this.#skew(device)
    else if (!tab.closing) tab.client.setOffline(this.#random.chance(0.5))
  }

  #edit(tab: SimTab): void {
    if (tab.frozen || tab.closing) return
    for (let i = this.#random.chance(0.2) ? 2 + this.#random.below(30) : 1; i > 0; i--)
      this.#editOnce(tab)
  }

  #editOnce({ object, name }: SimTab): void {
    const id = `row${this.#random.below(8)}`
    const value = `${this.#random.chance(0.02) ? 'refuse me ' : ''}${name}-${this.#edits++}`
    const dice = this.#random.below(10)
    const field = this.#random.pick(FIELDS)
    let written: unknown
    if (dice < 5) written = object.update('contacts', id, { [field]: value })
    else if (dice < 7) written = object.add('contacts', { id, name: value, phone: value })
    else if (dice < 8) written = object.remove('contacts', id)
    else if (dice < 9) written = object.restore('contacts', id)
    else written = object.change({ [field]: value })
    this.#trace(`${name} writes ${value}`)
    this.#watch(name, object, written)
  }

  #watch(by: string, object: SharedObject, written: unknown): void {
    const pending = [...object.replica.visible.pending.values()]
    const edit = pending.at(-1)
    const { local, server } = written as { local: Promise<void>; server: Promise<number> }
    if (edit === undefined || this.#made.some((made) => made.patches === edit.patches)) return
    const patches: readonly Patch[] = edit.patches
    const made: Made = {
      by,
      patches,
      name: () =>
        edit.event === undefined || edit.event[0] === 0 ? undefined : nameOf(edit.event),
      local: false,
      server: false,
      refused: false,
    }
    this.#made.push(made)
    local.then(
      () => (made.local = true),
      () => (made.refused = true),
    )
    server.then(
      () => (made.server = true),
      () => (made.refused = true),
    )
  }

  #spoil(device: Device): void {
    const random = this.#random
    const { weather } = device
    const dice = random.below(4)
    this.#trace(`${device.name} weather ${dice}`)
    if (dice === 0) Object.assign(weather, fair)
    else if (dice === 1) weather.partitioned = !weather.partitioned
    else if (dice === 2) weather.delayMs = random.pick([2, 50, 2000, 9000])
    else
      Object.assign(weather, {
        loss: random.next() * 0.3,
        twice: random.next() * 0.3,
        overtaking: random.next() * 0.3,
      })
  }

  #tabs(device: Device, tab: SimTab): void {
    if (device.tabs.length < 4 && this.#random.chance(0.6)) {
      this.#trace(`${device.open().name} opens`)
      return
    }
    if (tab.frozen || tab.closing) return
    this.#trace(`${tab.name} closes`)
    tab.close()
  }

  #die(device: Device, tab: SimTab): void {
    this.#trace(`${tab.name} dies`)
    if (this.#random.chance(0.7)) tab.doom(this.#random.pick(['before', 'after']))
    else tab.kill()
    if (this.#random.chance(0.3)) for (const other of [...device.tabs]) other.kill()
  }

  #freeze(tab: SimTab): void {
    this.#trace(`${tab.name} ${tab.frozen ? 'thaws' : 'freezes'}`)
    if (tab.frozen) tab.thaw()
    else tab.freeze()
  }

  #upset(): void {
    const dice = this.#random.below(8)
    const server = this.#server
    this.#trace(`server ${dice}`)
    if (dice < 3) {
      if (server.running) server.kill()
      else server.start()
    } else if (dice === 3) server.backUp()
    else if (dice === 4) this.#restore()
    else if (dice === 5) server.faults.commit = this.#random.pick([0, 0.2, 0.6])
    else if (dice === 6) server.faults.publish = this.#random.pick([0, 0.1, 0.5])
    else server.skewMs = this.#random.pick([0, -20_000, 20_000])
  }

  #restore(): void {
    this.#server.kill()
    this.#server.restore()
    this.#server.start()
  }

  #skew(device: Device): void {
    device.skewMs = this.#random.pick([
      0,
      3_600_000,
      -3_600_000,
      400 * 86_400_000,
      -400 * 86_400_000,
      -START,
    ])
    this.#trace(`${device.name} skew ${device.skewMs}`)
  }

  #heal(): void {
    this.#trace('heal')
    Object.assign(this.#server.faults, { commit: 0, publish: 0 })
    this.#server.skewMs = 0
    if (!this.#server.running) this.#server.start()
    for (const device of this.#devices) {
      Object.assign(device.weather, fair)
      for (const tab of device.tabs) {
        tab.spare()
        if (tab.frozen) tab.thaw()
      }
      const tab = device.tabs.find((other) => !other.closing) ?? device.open()
      tab.client.setOffline(false)
    }
  }

  /** Whether every tab has all of the log and says so, and nothing waits anywhere. */
  #quiet(): boolean {
    const events = readLog(this.#server.committed(), OBJECT)
    const arrived = ({ object, client }: SimTab): boolean =>
      client.status.state === 'synced' &&
      object.replica.visible.pending.size === 0 &&
      object.replica.cursor?.seq === (events.length || undefined)
    const should = fold(events)
    return this.#devices.every(
      ({ tabs }) =>
        tabs.length > 0 &&
        tabs.every(arrived) &&
        tabs.every(
          ({ object, name }) => !difference(name, object.replica.visible.confirmed, should),
        ),
    )
  }

  #published(entries: { readonly seq: number; readonly events: readonly unknown[] }): void {
    const last = entries.seq + entries.events.length - 1
    const head = this.#server.committed().get(OBJECT)?.seq ?? 0
    if (last > head)
      this.#complain(`entry ${last} was published before it was in the log (${head})`)
  }

  /** Visible is confirmed with the pending edits over it, at every moment. */
  #checkTabs(): void {
    for (const { object, name } of this.#devices.flatMap((device) => device.tabs)) {
      const { visible, ready } = object.replica
      if (!ready) continue
      const should = fold([])
      for (const [key, row] of visible.confirmed.rows) should.rows.set(key, row)
      const is = fold([])
      for (const { event } of visible.pending.values()) {
        const [, stamp, patches] = event as Event
        applyPatches(should.rows, patches, stamp)
      }
      for (const key of should.rows.keys()) {
        const row = visible.row(key)
        if (row !== undefined) is.rows.set(key, row)
      }
      const wrong = difference(`${name} shows`, is, should)
      if (wrong !== undefined) this.#complain(wrong)
    }
  }

  async #checkEnd(): Promise<void> {
    const events = readLog(this.#server.committed(), OBJECT)
    const should = fold(events)
    const rejected: Rejected[] = []
    if (!this.#quiet())
      this.#complain(`not equal ${HEAL_MS} ms after the last fault: ${this.#stuck(events.length)}`)
    for (const device of this.#devices) {
      const store = device.store()
      rejected.push(...(await store.rejected()))
      const loaded = await store.load(OBJECT)
      const wrong = difference(
        `the disk of ${device.name}`,
        loaded.state,
        fold(events.slice(0, loaded.cursor?.seq ?? 0)),
      )
      if (wrong !== undefined) this.#complain(wrong)
      if (loaded.pending.length > 0 && this.#quiet())
        this.#complain(`${device.name} keeps outbox rows that are in the log`)
      for (const tab of device.tabs) {
        const differs = difference(tab.name, tab.object.replica.visible.confirmed, should)
        if (differs !== undefined) this.#complain(differs)
      }
    }
    for (const complaint of judge(this.#made, events, rejected)) this.#complain(complaint)
  }

  #stuck(head: number): string {
    return this.#devices
      .flatMap((device) => device.tabs)
      .map(({ name, object, client }) => {
        const { cursor, visible } = object.replica
        return `${name} ${JSON.stringify(client.status)} at ${cursor?.seq} of ${head}, ${visible.pending.size} pending`
      })
      .join('; ')
  }
}
