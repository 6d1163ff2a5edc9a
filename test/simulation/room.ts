import type { ObjectId } from '@react-collab/core'
import { createDevice, type Device, type SimTab } from './device.js'
import { createMemoryMedia } from './media.js'
import { fair } from './network.js'
import { createRandom, type Random } from './random.js'
import { createSimServer, type SimServer } from './server.js'
import { createTimeline, type Timeline } from './timeline.js'

/** The one object that all have open. */
export const ROOM = 'room' as ObjectId
const START = Date.UTC(2026, 0, 1)

/** A server and some devices, for runs that are about who is in a room. */
export interface Room {
  readonly random: Random
  readonly timeline: Timeline
  readonly server: SimServer
  readonly devices: readonly Device[]
  /** What was reported, and should not have been. */
  readonly complaints: string[]
}

/** Makes a room of a seed. */
export function createRoom(seed: number, names: readonly string[]): Room {
  const complaints: string[] = []
  const random = createRandom(seed)
  const media = createMemoryMedia()
  const timeline = createTimeline(START, media.settle)
  const report = (error: unknown): void => void complaints.push(`reported: ${String(error)}`)
  const server = createSimServer({
    timeline,
    random: random.fork(),
    medium: media.log,
    tidiness: random.fork(),
    retention: {},
    wrapLog: (log) => log,
    wrapDisk: (disk) => disk,
    report,
  })
  const devices = names.map((name) =>
    createDevice(name, {
      timeline,
      random: random.fork(),
      server,
      media,
      wrap: (store) => store,
      push: (message) => message,
      spec: undefined,
      schema: undefined,
      deaf: false,
      report,
    }),
  )
  return { random, timeline, server, devices, complaints }
}

/** Lets people act 80 times, with some time between, at most `mostMs`. */
export async function live(
  { random, timeline }: Room,
  mostMs: number,
  act: (turn: number) => void,
): Promise<void> {
  for (let turn = 0; turn < 80; turn++) {
    act(turn)
    await timeline.runTo(timeline.now + random.below(random.chance(0.1) ? mostMs : 500))
  }
}

/** Closes a tab, if its person can. */
export function close(tab: SimTab): void {
  if (!tab.frozen && !tab.closing) tab.close()
}

/** A tab falls asleep, or wakes. */
export function turnIce(tab: SimTab): void {
  if (tab.frozen) tab.thaw()
  else tab.freeze()
}

/** The line of a device changes. */
export function spoil({ weather }: Device, random: Random): void {
  const dice = random.below(4)
  if (dice === 0) weather.partitioned = !weather.partitioned
  else if (dice === 1) weather.delayMs = random.pick([2, 50, 2000])
  else if (dice === 2) Object.assign(weather, fair)
  else {
    const fault = (): number => random.next() * 0.4
    Object.assign(weather, { loss: fault(), twice: fault(), overtaking: fault() })
  }
}

/** All faults end, and `ms` pass; `wake` is done to a tab of each device. */
export async function heal(
  { server, devices, timeline }: Room,
  ms: number,
  wake: (tab: SimTab) => void = () => undefined,
): Promise<void> {
  server.faults.publish = 0
  if (!server.running) server.start()
  for (const { tabs, weather } of devices) {
    Object.assign(weather, fair)
    for (const tab of tabs) if (tab.frozen) tab.thaw()
    const [first] = tabs
    first?.client.setOffline(false)
    if (first !== undefined) wake(first)
  }
  await timeline.runTo(timeline.now + ms)
}
