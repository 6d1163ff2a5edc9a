import type { ObjectId, ObjectSpec, Schema } from '@react-collab/core'
import {
  type Client,
  createClientFrom,
  createTabs,
  type LocalStore,
  type Platform,
  type SharedObject,
  singleTab,
  type TabChannel,
} from 'react-collab/testing'
import { createLocks } from './locks.js'
import type { Media, Profile } from './media.js'
import { type ChangePush, createTransport, fair, type Owner, type Weather } from './network.js'
import type { Random } from './random.js'
import { idOf, type SimServer } from './server.js'
import { createSlowStore, type Slowness } from './slow-store.js'
import type { Timeline } from './timeline.js'
import { createWallClock, type WallClock } from './wall-clock.js'

type Identity = Awaited<ReturnType<LocalStore['fork']>>

/** Lets a test put something wrong between a tab and its disk. */
export type WrapStore = (store: LocalStore, device: { lead: number }) => LocalStore

/** A tab of a simulated browser. */
export interface SimTab extends Owner {
  readonly name: string
  readonly client: Client
  /** What it holds open. */
  readonly objects: ReadonlyMap<ObjectId, SharedObject>
  open(object: ObjectId): SharedObject
  leave(object: ObjectId): void
  kill(): void
  /** Dies at the next transaction that writes, just before or just after its commit. */
  doom(when: 'before' | 'after'): void
  freeze(): void
  thaw(): void
  /** Closes as a person closes a tab. */
  close(): void
  /** Will be gone soon. */
  readonly closing: boolean
  /** Lets it live on. */
  spare(): void
}

/** A browser profile: a disk that survives, and tabs that do not. */
export interface Device {
  readonly name: string
  readonly tabs: readonly SimTab[]
  readonly maxTabs: number
  readonly weather: Weather
  readonly slowness: Slowness
  readonly clock: WallClock
  /** What the person signed in with; new tabs begin with it. */
  token: string
  open(objects: readonly ObjectId[]): SimTab
  /** Its disk, which no tab has open, changes a value by itself; false where it has none. */
  rot(): Promise<boolean>
  /** How often it became a client of its own. */
  readonly forks: number
  /** Which replicas wrote in place of others after each, also on disks that are no more. */
  readonly retirements: readonly Identity['retired'][]
  /** Takes a copy of its disk, whatever its tabs are at. */
  copyDisk(): Promise<() => Profile>
  /** Its tabs are gone, and the disk is what it was. */
  rollBack(disk: Profile): void
  /** A view of the disk, for checks. */
  store(): Promise<LocalStore>
}

/** What devices are made with. */
export interface DeviceHost {
  readonly timeline: Timeline
  readonly random: Random
  readonly server: SimServer
  readonly media: Media
  readonly wrap: WrapStore
  readonly push: ChangePush
  /** What objects hold; anything without it. */
  readonly spec: ObjectSpec | undefined
  /** What the app's client is told of all objects. */
  readonly schema: Schema | undefined
  /** Tabs are not told that they lost the lead. */
  readonly deaf: boolean
  /** A tab begins to read an object. */
  opened?(object: SharedObject): void
  report(error: unknown): void
}

/** Makes a device without tabs. */
export function createDevice(name: string, host: DeviceHost, from?: Profile): Device {
  const { timeline, random, server, report } = host
  let profile = from ?? host.media.profile(name)
  let locks = createLocks()
  let forks = 0
  const retirements: Identity['retired'][] = []
  const weather: Weather = { ...fair }
  const slowness: Slowness = { diskMs: 0 }
  const channels = new Set<{ owner: SimTab; listener?: (message: unknown) => void }>()
  let tabs: SimTab[] = []
  let count = 0
  const lastLead = { lead: 0 }

  const device: Device = {
    name,
    weather,
    slowness,
    maxTabs: profile.maxTabs,
    clock: createWallClock(timeline),
    token: server.faults.token,
    get tabs() {
      return tabs
    },
    get forks() {
      return forks
    },
    retirements,
    open: openTab,
    rot: () => profile.rot(),
    copyDisk: () => profile.copy(),
    rollBack(disk) {
      for (const tab of tabs) tab.kill()
      profile = disk
      locks = createLocks()
    },
    store: () => profile.view(),
  }

  function openTab(objects: readonly ObjectId[]): SimTab {
    let alive = true
    let frozen = false
    let closing = false
    let doomed: 'before' | 'after' | undefined
    let waiting: (() => void)[] = []
    const own: Random = random.fork()
    const locksOfTab = {}
    const locksOfDevice = locks
    const run = (task: () => void): void => {
      if (!alive) return
      if (frozen) waiting.push(task)
      else task()
    }
    const platform: Platform = {
      now: device.clock.now,
      elapsed: () => timeline.now,
      random: own.next,
      id: () => idOf(own),
      timer: (ms, fire) => {
        let cancelled = false
        const cancel = timeline.at(ms, () => run(() => void (cancelled || fire())))
        return () => {
          cancelled = true
          cancel()
        }
      },
      soon: (task) => void timeline.at(0, () => run(task)),
      idle: (task) => timeline.at(own.below(500), () => run(task)),
      // Whatever is collected here or not, a seed has to give the same run.
      weak: (of) => () => of,
      report,
    }
    const held = new Map<ObjectId, ReturnType<Client['open']>>()
    const shown = new Map<ObjectId, SharedObject>()
    const tab: SimTab = {
      name: `${name}.${count++}`,
      get alive() {
        return alive
      },
      get frozen() {
        return frozen
      },
      later: run,
      client: undefined as unknown as Client,
      objects: shown,
      open(object) {
        const hold = held.get(object) ?? tab.client.open(object, host.spec)
        if (!held.has(object)) host.opened?.(hold.object)
        held.set(object, hold)
        shown.set(object, hold.object)
        return hold.object
      },
      leave(object) {
        held.get(object)?.close()
        held.delete(object)
        shown.delete(object)
      },
      kill,
      doom: (when) => {
        doomed = when
      },
      freeze: () => {
        frozen = true
      },
      thaw() {
        frozen = false
        const tasks = waiting
        waiting = []
        for (const task of tasks) run(task)
      },
      spare() {
        doomed = undefined
      },
      get closing() {
        return closing
      },
      close() {
        closing = true
        tab.client.close().catch(report)
        timeline.at(500, kill)
      },
    }
    const life = {
      get alive() {
        return alive
      },
      survives(when: 'before' | 'after') {
        if (doomed === when) kill()
        return alive
      },
    }
    const browser = { locks: locksOfDevice.manager(locksOfTab), channel: () => channelOf(tab) }
    const tabsOf = profile.maxTabs === 1 ? singleTab() : createTabs(name, platform, browser)

    function kill(): void {
      if (!alive) return
      alive = false
      tabs = tabs.filter((other) => other !== tab)
      for (const channel of channels) if (channel.owner === tab) channels.delete(channel)
      // The browser notices a moment later.
      timeline.at(1 + own.below(20), () => locksOfDevice.release(locksOfTab))
    }

    const client = createClientFrom({
      platform,
      transport: createTransport(timeline, own, server, weather, tab, host.push),
      tabs: host.deaf
        ? { ...tabsOf, campaign: (won) => tabsOf.campaign(won, () => undefined) }
        : tabsOf,
      openStore: async () => {
        const slow = { timeline, random: own, slowness, owner: tab }
        const counted = watchForks(await profile.open(life), (forked) => {
          forks += 1
          void forked.then(({ retired }) => retirements.push(retired)).catch(() => undefined)
        })
        return host.wrap(createSlowStore(counted, slow), lastLead)
      },
      token: device.token,
      schema: host.schema,
    })
    Object.assign(tab, { client })
    for (const object of objects) tab.open(object)
    tabs = [...tabs, tab]
    return tab
  }

  function channelOf(owner: SimTab): TabChannel {
    const channel: { owner: SimTab; listener?: (message: unknown) => void } = { owner }
    channels.add(channel)
    let lastAt = 0
    return {
      post(message) {
        if (!owner.alive) return
        const copy = structuredClone(message)
        // What one tab posts arrives in order, but later than what the disk already shows.
        lastAt = Math.max(lastAt, timeline.now + random.below(3))
        for (const other of channels) {
          if (other === channel) continue
          timeline.at(lastAt - timeline.now, () =>
            other.owner.later(() => other.listener?.(structuredClone(copy))),
          )
        }
      },
      listen: (listener) => {
        channel.listener = listener
      },
      close: () => void channels.delete(channel),
    }
  }

  return device
}

function watchForks(store: LocalStore, watch: (forked: Promise<Identity>) => void): LocalStore {
  return new Proxy(store, {
    get(of, name) {
      const value: unknown = Reflect.get(of, name)
      if (name !== 'fork') return typeof value === 'function' ? value.bind(of) : value
      return (...args: Parameters<LocalStore['fork']>) => {
        const forked = of.fork(...args)
        watch(forked)
        return forked
      }
    },
  })
}
