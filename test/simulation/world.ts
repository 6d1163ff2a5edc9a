import type { CollabError, ObjectId } from '@react-collab/core'
import type { Rejected, SharedObject } from 'react-collab/testing'
import { AbsenceLife } from './absence-life.js'
import { BranchLife, isBranch } from './branch-life.js'
import { ClockLife } from './clock-life.js'
import { CopyLife, successorsOn } from './copy-life.js'
import { createDevice, type Device, type SimTab } from './device.js'
import { EditLife } from './edit-life.js'
import { EditWatch } from './edit-watch.js'
import { LostLogs } from './lost-logs.js'
import { createMemoryMedia, type Media } from './media.js'
import { fair } from './network.js'
import { OwnedLife, ownedSpec } from './owned-life.js'
import { difference, fold, judge, type Log, type Made, nameOf, readLog } from './oracle.js'
import { PurgeLife } from './purge-life.js'
import { createRandom, type Random } from './random.js'
import type { Sabotage } from './sabotage.js'
import { wrongIn } from './shown.js'
import { createSimServer, healthy, type SimServer } from './server.js'
import { Snapshots } from './snapshots.js'
import { createTimeline, type Timeline } from './timeline.js'
import { DAY, HOUR, rightClock } from './wall-clock.js'
import { WindowLife, windowedSchema, windowing } from './window-life.js'

/** What a run is made of; all else follows from the seed. */
export interface RunOptions {
  readonly seed: number
  readonly actions?: number
  readonly sabotage?: Sabotage
  /** Where everything is kept; in memory when left out. Closed at the end. */
  readonly media?: Media
  readonly trace?: (line: string) => void
  readonly watcher?: Watcher
}

/** Looks at what each tab has open, after every step. */
export interface Watcher {
  /** A tab begins to read an object. */
  opened(object: SharedObject): void
  /** Says what is wrong with it. */
  look(tab: string, object: SharedObject): string | undefined
}

/** How a run ended. */
export interface RunResult {
  readonly seed: number
  readonly complaints: readonly string[]
  readonly edits: number
  readonly logged: number
  readonly faults: number
  readonly refused: number
  /** How often a disk became a client of its own. */
  readonly forks: number
  /** How often what the log compacted to was looked at. */
  readonly looked: number
  /** Virtual ms from the last heal until all was equal. */
  readonly healedMs: number
}

const OBJECTS = ['address-book' as ObjectId, 'notes' as ObjectId]
const START = Date.UTC(2026, 0, 1)
/** Everything must be equal this long after the last fault, without a new edit. */
const HEAL_MS = 180_000

/** Runs one seed to its end. */
export async function run(options: RunOptions): Promise<RunResult> {
  const media = options.media ?? createMemoryMedia()
  try {
    return await new World(options, media).run()
  } finally {
    await media.close()
  }
}

class World {
  readonly #options: RunOptions
  readonly #media: Media
  readonly #random: Random
  readonly #timeline: Timeline
  readonly #server: SimServer
  readonly #devices: Device[] = []
  readonly #watch: EditWatch
  readonly #made: readonly Made[]
  readonly #writing: EditLife
  readonly #branches: BranchLife | undefined
  readonly #copies: CopyLife | undefined
  readonly #clocks: ClockLife | undefined
  readonly #absences: AbsenceLife | undefined
  readonly #owned: OwnedLife | undefined
  readonly #windows: WindowLife | undefined
  /** When the server is tidied up, and how. */
  readonly #tidiness: Random
  readonly #decided = { patches: new Set<string>(), names: new Set<string>() }
  readonly #complaints: string[] = []
  /** Some seeds have disks that rot, once each; none that are watched: what was derived of it stays till it is healed. */
  readonly #rotting: Set<Device> | undefined
  #rotted = 0
  /** A sixth of the seeds, without branches and owners, remove objects. */
  readonly #removing: Random | undefined
  /** In half of the seeds the server lets deleted rows go. */
  readonly #purges: PurgeLife | undefined
  #faults = 0
  #tokens = 1
  #refused = 0
  readonly #lost = new LostLogs()
  /** What the log compacted to at some moments. */
  readonly #snapshots: Snapshots

  constructor(options: RunOptions, media: Media) {
    const { seed, sabotage = {} } = options
    this.#options = options
    this.#media = media
    this.#random = createRandom(seed)
    this.#timeline = createTimeline(START, media.settle)
    this.#watch = new EditWatch({
      complain: (text) => this.#complain(text),
      dropped: (edit) => this.#branches?.dropped.add(edit),
    })
    this.#made = this.#watch.made
    this.#writing = new EditLife({
      random: this.#random,
      marking: seed % 2 === 0 ? createRandom(seed + 2 ** 30) : undefined,
      timeline: this.#timeline,
      watch: this.#watch,
      trace: (text) => this.#trace(text),
      complain: (text) => this.#complain(text),
    })
    this.#branches = this.#withBranches(seed)
    this.#copies = this.#withCopies(seed, media)
    this.#owned = this.#withOwners(seed)
    this.#windows = this.#withWindows(seed)
    this.#tidiness = createRandom(seed + 2 ** 28)
    this.#snapshots = new Snapshots(createRandom(seed + 2 ** 26), (object) =>
      this.#server.rows(object),
    )
    this.#removing = seed % 6 === 5 && seed % 5 !== 1 ? createRandom(seed + 2 ** 27) : undefined
    this.#rotting = seed % 6 === 3 && options.watcher === undefined ? new Set() : undefined
    const report = (error: unknown): void => this.#reported(error)
    this.#server = createSimServer({
      timeline: this.#timeline,
      random: this.#random.fork(),
      medium: media.log,
      wrapLog: sabotage.log ?? ((log) => log),
      wrapDisk: sabotage.disk ?? ((disk) => disk),
      tidiness: this.#tidiness.fork(),
      // A third of the seeds keep no entry that rows hold.
      retention: seed % 3 === 0 ? { days: 0, entries: 0 } : {},
      report,
    })
    Object.assign(this.#server, {
      published: (entries: Parameters<SimServer['published']>[0]) => this.#published(entries),
    })
    this.#purges = this.#withPurges(seed, media)
    this.#clocks = this.#withClocks(seed)
    this.#absences = this.#withAbsences(seed)
    for (let i = 0; i < 2 + this.#random.below(3); i++)
      this.#devices.push(createDevice(`d${i}`, this.#deviceHost(media, this.#random.fork())))
  }

  #deviceHost(media: Media, random: Random): Parameters<typeof createDevice>[1] {
    const { sabotage = {}, watcher } = this.#options
    return {
      timeline: this.#timeline,
      random,
      server: this.#server,
      media,
      wrap: sabotage.store ?? ((store) => store),
      push: sabotage.push ?? ((message) => message),
      deaf: sabotage.deaf ?? false,
      opened: (object) => {
        watcher?.opened(object)
        this.#windows?.opened(object)
      },
      spec: this.#owned && ownedSpec,
      schema: this.#windows && windowedSchema,
      report: (error) => this.#reported(error),
    }
  }

  /** In a third of the seeds disks are copied, and put back. */
  #withCopies(seed: number, media: Media): CopyLife | undefined {
    if (seed % 3 !== 2) return undefined
    const random = createRandom(seed + 2 ** 29)
    return new CopyLife({
      random,
      devices: this.#devices,
      made: this.#made,
      add: (like, disk) => {
        const name = `c${this.#devices.length}`
        const device = createDevice(name, this.#deviceHost(media, random.fork()), disk)
        device.token = like.token
        device.clock.fault = like.clock.fault
        this.#devices.push(device)
        device.open(OBJECTS)
      },
      trace: (text) => this.#trace(text),
      complain: (text) => this.#complain(text),
    })
  }

  /** In half of the seeds deleted rows go for good. */
  #withPurges(seed: number, { log: medium }: Media): PurgeLife | undefined {
    if (seed % 4 > 1) return undefined
    return new PurgeLife({ ...this.#timeHost(seed + 2 ** 23), medium, objects: OBJECTS })
  }

  /** In half of the seeds clocks go wrong in every way. */
  #withClocks(seed: number): ClockLife | undefined {
    return seed % 7 > 3 ? undefined : new ClockLife(this.#timeHost(seed + 2 ** 25))
  }

  /** In half of the seeds devices are away for weeks or years. */
  #withAbsences(seed: number): AbsenceLife | undefined {
    if (seed % 7 < 3) return undefined
    const edit = (tab: SimTab): void => this.#writing.act(tab)
    return new AbsenceLife({ ...this.#timeHost(seed + 2 ** 24), objects: OBJECTS, edit })
  }

  #timeHost(seed: number): ConstructorParameters<typeof ClockLife>[0] {
    return {
      random: createRandom(seed),
      timeline: this.#timeline,
      server: this.#server,
      trace: (text) => this.#trace(text),
    }
  }

  /** Half of the seeds have branches. */
  #withBranches(seed: number): BranchLife | undefined {
    if (seed % 2 === 1) return undefined
    return new BranchLife({
      random: createRandom(seed + 2 ** 31),
      timeline: this.#timeline,
      objects: OBJECTS,
      made: this.#made,
      trace: (text) => this.#trace(text),
      complain: (text) => this.#complain(text),
    })
  }

  /** A fifth of the seeds have owners. */
  #withOwners(seed: number): OwnedLife | undefined {
    if (seed % 5 !== 1) return undefined
    return new OwnedLife({
      random: createRandom(seed + 2 ** 29),
      watch: (by, object, last) => this.#watch.newest(by, object, last),
      trace: (text) => this.#trace(text),
      complain: (text) => this.#complain(text),
    })
  }

  /** A fifth of the seeds have a collection that is windowed. */
  #withWindows(seed: number): WindowLife | undefined {
    if (seed % 5 !== 3) return undefined
    return new WindowLife({
      random: createRandom(seed + 2 ** 27),
      watch: (by, object, last) => this.#watch.newest(by, object, last),
      trace: (text) => this.#trace(text),
      complain: (text) => this.#complain(text),
    })
  }

  async run(): Promise<RunResult> {
    let healedMs = 0
    try {
      healedMs = await this.#live()
    } catch (error) {
      this.#complain(`threw: ${error instanceof Error ? error.message : String(error)}`)
    }
    const committed = this.#server.committed()
    return {
      seed: this.#options.seed,
      complaints: this.#complaints,
      edits: this.#writing.edits,
      logged: OBJECTS.reduce((sum, object) => sum + (committed.get(object)?.seq ?? 0), 0),
      faults: this.#faults,
      refused: this.#refused,
      forks: this.#devices.reduce((sum, { forks }) => sum + forks, 0),
      looked: this.#snapshots.size,
      healedMs,
    }
  }

  async #live(): Promise<number> {
    this.#server.faults.publish = this.#random.pick([0, 0, 0.05, 0.3])
    for (const device of this.#devices) {
      device.slowness.diskMs = this.#random.pick([0, 0, 30, 400])
      device.open(this.#some())
    }
    const actions = this.#options.actions ?? 60
    for (let i = 0; i < actions && this.#complaints.length === 0; i++) {
      this.#act()
      await this.#rot()
      await this.#timeline.runTo(
        this.#timeline.now + this.#random.below(this.#random.chance(0.1) ? 15_000 : 400),
      )
      this.#checkTabs()
      this.#purges?.note()
    }
    this.#heal()
    const healedAt = this.#timeline.now
    // Who leads brings all edits of its device away, also of objects that nobody shows any more.
    await this.#timeline.runTo(healedAt + HEAL_MS, () => this.#quiet())
    await this.#timeline.runTo(this.#timeline.now + 6000)
    if (this.#complaints.length === 0) await this.#branches?.finish(this.#devices, HEAL_MS)
    await this.#timeline.runTo(this.#timeline.now + HEAL_MS, () => this.#quiet())
    await this.#timeline.runTo(this.#timeline.now + 6000)
    await this.#checkOutboxes()
    for (const { tabs } of this.#devices) for (const object of OBJECTS) tabs[0]?.open(object)
    await this.#timeline.runTo(this.#timeline.now + HEAL_MS, () => this.#quiet())
    const healedMs = this.#timeline.now - healedAt
    // Memory is quiet a moment before the disk is; a line that was dead all the time may be mended.
    await this.#timeline.runTo(this.#timeline.now + 6000)
    await this.#timeline.runTo(this.#timeline.now + HEAL_MS, () => this.#quiet())
    // What nobody writes to is digested once a minute at most, and then loaded.
    if (this.#rotted > 0) await this.#timeline.runTo(this.#timeline.now + HEAL_MS)
    if (this.#complaints.length === 0) await this.#checkEnd()
    return healedMs
  }

  /** What a new tab opens: so that followers have what their leader does not show, too. */
  #some(): readonly ObjectId[] {
    return this.#random.chance(0.3) ? OBJECTS : [this.#random.pick(OBJECTS)]
  }

  /** That rows differ is said only where a disk has changed. */
  #reported(error: unknown): void {
    const { code } = error as CollabError
    const isDue = code === 'CLOCK_AHEAD' ? this.#clocks !== undefined : this.#rotted > 0
    if (!isDue || !['CLOCK_AHEAD', 'DIGEST_DIFFERS'].includes(code))
      this.#complain(`reported: ${String(error)}`)
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
    this.#copies?.act(device)
    const tab =
      device.tabs.length === 0 ? device.open(this.#some()) : this.#random.pick(device.tabs)
    this.#branches?.act(device, tab)
    this.#owned?.act(device, tab)
    this.#windows?.act(device, tab)
    this.#clocks?.act(device)
    this.#absences?.act(device, tab)
    this.#snapshots.look(OBJECTS)
    if (this.#tidiness.chance(0.15)) this.#server.tidy(this.#tidiness.pick(OBJECTS))
    this.#purges?.act()
    if (this.#removing?.chance(0.04) === true) this.#remove(this.#removing.pick(OBJECTS))
    if (dice < 58) return this.#writing.act(tab)
    if (dice < 60) return this.#visit(tab)
    if (dice < 62) return this.#decide(tab)
    this.#faults += 1
    if (dice < 68) this.#spoil(device)
    else if (dice < 73) this.#tabs(device, tab)
    else if (dice < 79) this.#die(device, tab)
    else if (dice < 83) this.#freeze(tab)
    else if (dice < 91) this.#upset()
    else if (dice < 93) this.#skew(device)
    else if (dice < 96) this.#sign(device)
    else if (!tab.closing) tab.client.setOffline(this.#random.chance(0.5))
  }

  /** Opens what the tab does not show, or leaves what it shows. */
  #visit(tab: SimTab): void {
    if (tab.frozen || tab.closing) return
    const object = this.#random.pick(OBJECTS)
    this.#trace(`${tab.name} ${tab.objects.has(object) ? 'leaves' : 'opens'} ${object}`)
    if (tab.objects.has(object)) tab.leave(object)
    else tab.open(object)
  }

  /** A person retries or discards what was refused. */
  #decide(tab: SimTab): void {
    const { client, frozen, closing, name } = tab
    if (frozen || closing) return
    const [item] = client.outbox.rejected
    if (item === undefined) return
    this.#decided.names.add(nameOf(item.event))
    this.#decided.patches.add(JSON.stringify(item.event[2]))
    const isRetry = this.#random.chance(0.5)
    this.#trace(`${name} ${isRetry ? 'retries' : 'discards'} ${nameOf(item.event)}`)
    const done: Promise<unknown> = isRetry ? client.retry(item.key) : client.discard(item.key)
    // Another tab may have been quicker.
    done.catch(() => undefined)
  }

  #spoil(device: Device): void {
    const random = this.#random
    const { weather } = device
    const dice = random.below(5)
    this.#trace(`${device.name} weather ${dice}`)
    if (dice === 0) Object.assign(weather, fair)
    else if (dice === 1) weather.partitioned = !weather.partitioned
    else if (dice === 2) weather.delayMs = random.pick([2, 50, 2000, 9000])
    else if (dice === 3) device.slowness.diskMs = random.pick([0, 10, 100, 1000])
    else
      Object.assign(weather, {
        loss: random.next() * 0.3,
        twice: random.next() * 0.3,
        overtaking: random.next() * 0.3,
      })
  }

  #tabs(device: Device, tab: SimTab): void {
    if (device.tabs.length < device.maxTabs && this.#random.chance(0.6)) {
      this.#trace(`${device.open(this.#some()).name} opens`)
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
    if (this.#random.chance(0.3)) for (const other of device.tabs) other.kill()
  }

  #remove(object: ObjectId): void {
    this.#trace(`server removes ${object}`)
    this.#lost.removed(object, this.#made)
    const removed = this.#media.log.removed()
    // Also where nothing was written yet, what waits is refused.
    removed.set(object, removed.get(object) ?? [])
    this.#snapshots.forget()
    this.#server.remove(object)
  }

  /** The disk of a device that nobody uses changes by itself. */
  async #rot(): Promise<void> {
    for (const device of this.#devices) {
      if (device.tabs.length > 0 || this.#rotting?.has(device) !== false) continue
      if (!(await device.rot())) continue
      this.#trace(`the disk of ${device.name} rots`)
      this.#rotting.add(device)
      this.#rotted += 1
    }
  }

  #freeze(tab: SimTab): void {
    this.#trace(`${tab.name} ${tab.frozen ? 'thaws' : 'freezes'}`)
    if (tab.frozen) tab.thaw()
    else tab.freeze()
  }

  #upset(): void {
    const dice = this.#random.below(10)
    const server = this.#server
    this.#trace(`server ${dice}`)
    if (dice < 3) {
      if (server.running) server.kill()
      else server.start()
    } else if (dice === 3) server.backUp()
    else if (dice === 4) this.#restore()
    else if (dice === 5) server.faults.commit = this.#random.pick([0, 0.2, 0.6])
    else if (dice === 6) server.faults.publish = this.#random.pick([0, 0.1, 0.5])
    else if (dice === 7)
      server.clock.fault = { kind: 'off', byMs: this.#random.pick([0, -20_000, 20_000]) }
    else if (dice === 8) server.faults.may = this.#random.pick(['write', 'read', 'nothing'])
    else this.#tighten()
  }

  #restore(): void {
    this.#lost.restored(this.#made, this.#logs().values())
    this.#snapshots.forget()
    this.#server.kill()
    this.#server.restore()
    this.#server.start()
  }

  /** Starts the server anew with limits that people notice. */
  #tighten(): void {
    const random = this.#random
    this.#server.faults.limits = {
      pageEvents: random.pick([3, 20, 500]),
      eventsPerSecond: random.pick([20, 5000]),
      eventBurst: random.pick([10, 20_000]),
      joins: random.pick([1, 100]),
      stateRows: this.#tidiness.pick([1, 5, 2000]),
    }
    this.#server.kill()
    this.#server.start()
  }

  /** The server changes its token, or somebody signs in with the one that is right. */
  #sign(device: Device): void {
    const { faults } = this.#server
    if (device.token === faults.token) {
      faults.token = `token ${++this.#tokens}`
      this.#trace(`server takes ${faults.token} alone`)
    } else this.#signIn(device)
  }

  #signIn(device: Device): void {
    const tab = device.tabs.find((other) => !other.closing && !other.frozen)
    if (tab === undefined) return
    this.#trace(`${tab.name} signs in`)
    device.token = this.#server.faults.token
    tab.client.setToken(device.token)
  }

  #skew(device: Device): void {
    const byMs = this.#random.pick([0, HOUR, -HOUR, 400 * DAY, -400 * DAY, -START])
    device.clock.fault = { kind: 'off', byMs }
    this.#trace(`${device.name} skew ${byMs}`)
  }

  #heal(): void {
    this.#trace('heal')
    const server = this.#server
    const isTight = Object.keys(server.faults.limits).length > 0
    Object.assign(server.faults, healthy)
    if (this.#clocks === undefined) server.clock.fault = rightClock
    else this.#clocks.heal()
    this.#absences?.heal()
    if (isTight) server.kill()
    if (!server.running) server.start()
    for (const device of this.#devices) {
      Object.assign(device.weather, fair)
      device.slowness.diskMs = 0
      for (const tab of device.tabs) {
        tab.spare()
        if (tab.frozen) tab.thaw()
      }
      const tab = device.tabs.find((other) => !other.closing)
      if (tab !== undefined) {
        tab.client.setOffline(false)
        if (device.token !== server.faults.token) this.#signIn(device)
      } else this.#comeBack(device)
    }
  }

  /** A person comes back to a device that shows nothing. */
  #comeBack(device: Device): void {
    // A file is free only when its last holder is gone.
    if (device.tabs.length >= device.maxTabs)
      return void this.#timeline.at(600, () => this.#comeBack(device))
    device.token = this.#server.faults.token
    device.open(this.#some())
  }

  /** Whether every tab has all of the log and says so, and nothing waits anywhere. */
  #quiet(): boolean {
    const tabs = this.#devices.flatMap((device) => device.tabs)
    const isSynced = ({ client }: SimTab): boolean => client.status.state === 'synced'
    if (this.#devices.some((device) => device.tabs.length === 0) || !tabs.every(isSynced))
      return false
    const logs = this.#logs()
    return tabs.every(({ objects, name }) =>
      [...objects].every(([id, { replica }]) => {
        if (isBranch(id)) return true
        const { head, state } = logs.get(id) as Log
        return (
          replica.visible.pending.size === 0 &&
          (replica.cursor?.seq ?? 0) === head &&
          !difference(name, this.#whole(replica.visible.confirmed), this.#whole(state))
        )
      }),
    )
  }

  /** What of a state is in memory as a whole. */
  #whole(state: ReturnType<typeof fold>): ReturnType<typeof fold> {
    return this.#windows === undefined ? state : WindowLife.without(state)
  }

  #logs(): Map<ObjectId, Log> {
    const committed = this.#server.committed()
    return new Map(
      OBJECTS.map((object) => {
        const events = readLog(committed, object)
        const purges = this.#media.log.purges().get(object) ?? []
        return [object, { events, purges, head: events.length, state: fold(events, purges) }]
      }),
    )
  }

  #published(entries: Parameters<SimServer['published']>[0]): void {
    const last = entries.seq + entries.events.length - 1
    const head = this.#server.committed().get(entries.object)?.seq ?? 0
    // What a removal overtook reaches nobody: all have left.
    if (last > head && !this.#media.log.removed().has(entries.object))
      this.#complain(`entry ${last} was published before it was in the log (${head})`)
  }

  /** Visible is confirmed with the pending edits over it, at every moment. */
  #checkTabs(): void {
    for (const { objects, name } of this.#devices.flatMap((device) => device.tabs))
      for (const object of objects.values()) {
        const watched = this.#options.watcher?.look(name, object)
        for (const wrong of [wrongIn(name, object), watched])
          if (wrong !== undefined) this.#complain(wrong)
      }
    if (this.#owned !== undefined)
      for (const { tabs } of this.#devices) for (const tab of tabs) this.#owned.check(tab)
  }

  async #checkOutboxes(): Promise<void> {
    for (const device of this.#devices) {
      const store = await device.store()
      for (const object of await store.pendingObjects())
        if (!isBranch(object))
          this.#complain(
            `${device.name} still has edits of ${object} to send: ${this.#stuck(this.#logs())}`,
          )
    }
  }

  async #checkEnd(): Promise<void> {
    this.#checkTabs()
    const logs = this.#logs()
    this.#windows?.checkEnd(
      this.#devices.flatMap((device) => device.tabs),
      logs,
    )
    const rejected: Rejected[] = []
    if (!this.#quiet())
      this.#complain(`not equal ${HEAL_MS} ms after the last fault: ${this.#stuck(logs)}`)
    for (const device of this.#devices) {
      const store = await device.store()
      if (this.#windows !== undefined) store.useWindows(windowing, () => undefined)
      rejected.push(...(await store.rejected()))
      for (const [object, log] of logs) {
        const { state, cursor, pending } = await store.load(object)
        const should = fold(log.events.slice(0, cursor?.seq ?? 0), log.purges)
        const wrong = difference(`the disk of ${device.name}`, state, this.#whole(should))
        if (wrong !== undefined) this.#complain(wrong)
        await this.#windows?.checkDisk(device.name, store, object, should)
        if (this.#complaints.length > 0) continue
        if (pending.length > 0)
          this.#complain(`${device.name} keeps outbox rows that are in the log`)
        if ((cursor?.seq ?? 0) !== log.head)
          this.#complain(`the disk of ${device.name} is at ${cursor?.seq} of ${log.head}`)
      }
    }
    this.#refused = rejected.length
    this.#branches?.excuseUnanswered()
    for (const edit of this.#branches?.dropped ?? []) this.#decided.names.add(edit.name() ?? '')
    const { lost = [], exposed = [] } = this.#copies ?? {}
    const maybe = this.#lost.older ? [...exposed, ...this.#lost.buried] : []
    for (const edit of [...lost, ...maybe]) this.#decided.names.add(edit.name() ?? '')
    if (this.#copies !== undefined) this.#copies.finish()
    else if (this.#devices.some(({ forks }) => forks > 0))
      this.#complain('a disk without a copy forked')
    const owned = this.#owned
    this.#purges?.note()
    const history = {
      purged: this.#purges?.purged ?? new Map(),
      purges: this.#media.log.purges(),
      older: this.#lost.older,
      hasCopies: this.#copies?.exist === true,
      made: this.#made,
      decided: this.#decided,
      removed: this.#media.log.removed(),
      successors: successorsOn(this.#devices),
      isForged: (patches: Made['patches'], by: string) => owned?.isForged(patches, by) === true,
    }
    for (const [object, { events, purges, state }] of logs) {
      for (const wrong of this.#snapshots.check(object, events, purges, state))
        this.#complain(wrong)
      for (const complaint of judge(object, history, events, rejected)) this.#complain(complaint)
    }
  }

  #stuck(logs: Map<ObjectId, Log>): string {
    const tell = ({ name, client, objects }: SimTab): string => {
      const places = [...objects].map(([id, { replica }]) => {
        const { cursor, visible } = replica
        return `${id} at ${cursor?.seq} of ${logs.get(id)?.head}, ${visible.pending.size} pending`
      })
      return `${name} ${JSON.stringify(client.status)} ${JSON.stringify(client.connection)} ${places.join(', ')}`
    }
    return this.#devices
      .flatMap((device) => device.tabs)
      .map(tell)
      .join('; ')
  }
}
