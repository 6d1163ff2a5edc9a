import { presenceOf } from 'react-collab/testing'
import type { Device, SimTab } from './device.js'
import { close, createRoom, heal, live, ROOM, type Room, spoil, turnIce } from './room.js'
import type { SimServer } from './server.js'

/** Everybody sees who is there this long after the last fault: a silent one is forgotten by then. */
const HEAL_MS = 60_000

/** Devices whose people come, show something, go and die, on lines that lose and mix what they carry. */
export async function runPresence(seed: number): Promise<readonly string[]> {
  const room = createRoom(seed, ['a', 'b', 'c'])
  const shown = new Map<SimTab, string>()
  await live(room, 20_000, (turn) => act({ ...room, shown }, turn))
  await heal(room, HEAL_MS, ({ client }) => client.reconnect({ fresh: true }))
  return [...room.complaints, ...check(room.devices, shown)]
}

interface Stage extends Room {
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

function turnServer(server: SimServer): void {
  if (server.running) server.kill()
  else server.start()
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
