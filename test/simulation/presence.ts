import type { ObjectId } from '@react-collab/core'
import { presenceOf } from 'react-collab/testing'
import { createDevice, type Device, type SimTab } from './device.js'
import { createMemoryMedia } from './media.js'
import { fair } from './network.js'
import { createRandom, type Random } from './random.js'
import { createSimServer, type SimServer } from './server.js'
import { createTimeline, type Timeline } from './timeline.js'

const ROOM = 'room' as ObjectId
const START = Date.UTC(2026, 0, 1)
/** Everybody sees who is there this long after the last fault: a silent one is forgotten by then. */
const HEAL_MS = 60_000

/** Devices whose people come, show something, go and die, on lines that lose and mix what they carry. */
export async function runPresence(seed: number): Promise<readonly string[]> {
  const complaints: string[] = []
  const random = createRandom(seed)
  const media = createMemoryMedia()
  const timeline = createTimeline(START, media.settle)
  const report = (error: unknown): void => void complaints.push(`reported: ${String(error)}`)
  const server = createSimServer({
    timeline,
    random: random.fork(),
    medium: media.log,
    wrapLog: (log) => log,
    wrapDisk: (disk) => disk,
    tidiness: random.fork(),
    retention: {},
    report,
  })
  const devices = ['a', 'b', 'c'].map((name) =>
    createDevice(name, {
      timeline,
      random: random.fork(),
      server,
      media,
      wrap: (store) => store,
      push: (message) => message,
      deaf: false,
      spec: undefined,
      schema: undefined,
      report,
    }),
  )
  const shown = new Map<SimTab, string>()
  for (let i = 0; i < 80; i++) {
    act({ random, server, devices, shown }, i)
    await timeline.runTo(timeline.now + random.below(random.chance(0.1) ? 20_000 : 500))
  }
  await heal(server, devices, timeline)
  return [...complaints, ...check(devices, shown)]
}

interface Stage {
  readonly random: Random
  readonly server: SimServer
  readonly devices: readonly Device[]
  /** What each tab shows. */
  readonly shown: Map<SimTab, string>
}

function act({ random, server, devices, shown }: Stage, turn: number): void {
  const device = random.pick(devices)
  const tab =
    device.tabs.length === 0 || (device.tabs.length < 3 && random.chance(0.1))
      ? device.open([ROOM])
      : random.pick(device.tabs)
  const dice = random.below(100)
  if (dice < 50) show(tab, `${tab.name} ${turn}`, shown)
  else if (dice < 55) leave(tab, shown)
  else if (dice < 63) tab.kill()
  else if (dice < 68) close(tab)
  else if (dice < 76) turnIce(tab)
  else if (dice < 80) tab.client.setOffline(random.chance(0.5))
  else if (dice < 84) turnServer(server)
  else if (dice < 88) server.faults.publish = random.pick([0, 0.2, 0.6])
  else spoil(device, random)
}

function show(tab: SimTab, text: string, shown: Map<SimTab, string>): void {
  if (tab.frozen || tab.closing) return
  presenceOf(tab.open(ROOM)).set({ text })
  shown.set(tab, text)
}

function leave(tab: SimTab, shown: Map<SimTab, string>): void {
  if (tab.frozen || tab.closing) return
  presenceOf(tab.open(ROOM)).leave()
  shown.delete(tab)
}

function close(tab: SimTab): void {
  if (!tab.frozen && !tab.closing) tab.close()
}

function turnIce(tab: SimTab): void {
  if (tab.frozen) tab.thaw()
  else tab.freeze()
}

function turnServer(server: SimServer): void {
  if (server.running) server.kill()
  else server.start()
}

function spoil({ weather }: Device, random: Random): void {
  const dice = random.below(4)
  if (dice === 0) weather.partitioned = !weather.partitioned
  else if (dice === 1) weather.delayMs = random.pick([2, 50, 2000])
  else if (dice === 2) Object.assign(weather, fair)
  else {
    const fault = (): number => random.next() * 0.4
    Object.assign(weather, { loss: fault(), twice: fault(), overtaking: fault() })
  }
}

async function heal(
  server: SimServer,
  devices: readonly Device[],
  timeline: Timeline,
): Promise<void> {
  server.faults.publish = 0
  if (!server.running) server.start()
  for (const { tabs, weather } of devices) {
    Object.assign(weather, fair)
    for (const tab of tabs) if (tab.frozen) tab.thaw()
    tabs[0]?.client.setOffline(false)
    tabs[0]?.client.reconnect({ fresh: true })
  }
  await timeline.runTo(timeline.now + HEAL_MS)
}

const byText = (a: string, b: string): number => (a < b ? -1 : 1)

/** Each tab has to see what all others show, and nobody else. */
function check(devices: readonly Device[], shown: ReadonlyMap<SimTab, string>): string[] {
  const living = devices.flatMap(({ tabs }) => tabs)
  return living.flatMap((tab) => {
    const expected = living.flatMap((other) => (other === tab ? [] : (shown.get(other) ?? [])))
    const seen = presenceOf(tab.open(ROOM))
      .others()
      .map(({ state }) => state['text'])
    const [want, got] = [expected, seen].map((list) =>
      JSON.stringify(list.map(String).sort(byText)),
    )
    return want === got ? [] : [`${tab.name} sees ${got} instead of ${want}`]
  })
}
