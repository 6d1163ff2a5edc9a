import { hashText } from '@react-collab/core'
import { poolOf } from 'react-collab/testing'
import type { Device, SimTab } from './device.js'
import type { Random } from './random.js'
import { close, createRoom, heal, live, ROOM, type Room, spoil, turnIce } from './room.js'
import type { SimServer } from './server.js'

/** Everybody knows all clients this long after the last fault. */
const HEAL_MS = 120_000

/** Devices whose people write, come, go and die, on lines that lose and mix what they carry. */
export async function runPool(seed: number): Promise<readonly string[]> {
  const room = createRoom(seed, ['a', 'b', 'c', 'd'])
  const { timeline, devices, complaints } = room
  const stage: Stage = { ...room, watching: new Set() }
  for (const device of devices) open(device, stage)
  await timeline.runTo(timeline.now + 20_000)
  await live(room, 30_000, (turn) => act(stage, turn))
  await heal(room, HEAL_MS)
  return [...complaints, ...(await check(stage))]
}

interface Stage extends Room {
  /** Tabs that want to hear of the clients. */
  readonly watching: Set<SimTab>
}

/** Opens a tab that maybe wants to hear of the clients. */
function open(device: Device, { random, watching }: Pick<Stage, 'random' | 'watching'>): void {
  const tab = device.open([ROOM])
  if (random.chance(0.4)) return
  watching.add(tab)
  poolOf(tab.client, ROOM).subscribe(() => undefined)
}

function act(stage: Stage, turn: number): void {
  const { random, server, devices } = stage
  const device = random.pick(devices)
  const dice = random.below(100)
  if (device.tabs.length === 0) {
    if (dice < 40) open(device, stage)
    return
  }
  const tab = random.pick(device.tabs)
  if (dice < 40) write(tab, turn)
  else if (dice < 46 && device.tabs.length < 3) open(device, stage)
  else if (dice < 56) tab.kill()
  else if (dice < 64) close(tab)
  else if (dice < 72) turnIce(tab)
  else if (dice < 77) tab.client.setOffline(random.chance(0.5))
  else if (dice < 82) turnServer(server, random)
  else if (dice < 86) server.faults.publish = random.pick([0, 0.2, 0.6])
  else spoil(device, random)
}

function write(tab: SimTab, turn: number): void {
  if (!tab.frozen && !tab.closing) tab.open(ROOM).change({ [`f${turn % 7}`]: turn })
}

/** A server that was killed may come back with an older log. */
function turnServer(server: SimServer, random: Random): void {
  if (server.running) {
    if (random.chance(0.3)) server.backUp()
    return server.kill()
  }
  if (random.chance(0.2)) server.restore()
  server.start()
}

/** Each tab has to know all clients, who of them is here, and that these have everything. */
async function check({ devices, watching }: Stage): Promise<string[]> {
  const names = new Map<string, Device>()
  for (const device of devices) {
    const { client } = await (await device.store()).identity(() => 'nobody')
    names.set(hashText(client), device)
  }
  const expected = textOf(
    [...names.values()].map(({ name, tabs }) => `${name} ${tabs.length > 0 ? 'here' : 'away'}`),
  )
  return devices.flatMap(({ tabs, name: own }) =>
    tabs.flatMap((tab) => {
      if (!watching.has(tab)) return []
      const { status, clients = [] } = poolOf(tab.client, ROOM).read()
      const seen = textOf(
        clients.map(({ id, connected, behind, isMe }) => {
          const name = names.get(id)?.name ?? `unknown ${id}`
          const isRight = isMe === (name === own) && (!connected || behind === 0)
          return `${name} ${connected ? 'here' : 'away'}${isRight ? '' : ` ${isMe} ${behind}`}`
        }),
      )
      if (status === 'live' && seen === expected) return []
      return [`${tab.name}, ${status}, sees ${seen} instead of ${expected}`]
    }),
  )
}

const textOf = (lines: readonly string[]): string =>
  [...lines].sort((a, b) => (a < b ? -1 : 1)).join(', ')
