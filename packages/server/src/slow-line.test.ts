import { mkdtempSync, rmSync } from 'node:fs'
import { createServer as createHttpServer } from 'node:http'
import { type AddressInfo, connect, createServer as createTcpServer, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PROTOCOL_VERSION } from '@react-collab/core'
import { afterAll, afterEach, describe, expect, it } from 'vitest'
import { createHost } from './host.js'
import { createMemoryEventLog } from './log/memory-event-log.js'
import { Client, makeEvent } from './loopback.contract.js'
import { allowAll } from './options.js'
import { nodePlatform } from './platform.js'
import { createServer } from './server.js'
import { createMemoryHub } from './testing/index.js'

const folder = mkdtempSync(join(tmpdir(), 'collab-slow-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))
const closers: (() => unknown)[] = []
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close()
})
const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))

async function carry(from: Socket, to: Socket, bytesPerSecond: number): Promise<void> {
  const step = Math.ceil(bytesPerSecond / 50)
  try {
    for await (const chunk of from as AsyncIterable<Buffer>) {
      for (let at = 0; at < chunk.length; at += step) {
        to.write(chunk.subarray(at, at + step))
        await pause(20)
      }
    }
  } catch {
    // One of the ends is gone, and so is the line.
  }
  to.destroy()
}

/** A line to `path` that carries so much each way, and holds little of it. */
async function openLine(path: string, bytesPerSecond: number): Promise<string> {
  const line = createTcpServer((near) => {
    const far = connect(path)
    for (const end of [near, far]) {
      end.on('error', () => {})
      closers.push(() => end.destroy())
    }
    void carry(near, far, bytesPerSecond)
    void carry(far, near, bytesPerSecond)
  })
  await new Promise<void>((resolve) => line.listen(0, '127.0.0.1', resolve))
  closers.push(() => line.close())
  return `http://127.0.0.1:${(line.address() as AddressInfo).port}`
}

/** Behind a socket of the file system: the system keeps 200 kB of it, of a TCP socket several MB. */
async function startBehindLine(bytesPerSecond: number, slowness: number) {
  const http = createHttpServer()
  const server = await createServer({ authorize: allowAll, origins: [], http })
  const { opts } = server.io.engine as unknown as {
    opts: { pingInterval: number; pingTimeout: number }
  }
  opts.pingInterval /= slowness
  opts.pingTimeout /= slowness
  const path = join(folder, `${slowness}.sock`)
  await new Promise<void>((resolve) => http.listen(path, resolve))
  closers.push(() => new Promise((resolve) => http.close(resolve)))
  closers.push(() => server.close())
  const fast = await openLine(path, 1e9)
  return { server, fast, slow: await openLine(path, bytesPerSecond) }
}

describe('a slow line', () => {
  it('[ROOM7] carries a state that takes several times as long as a ping is waited for', async () => {
    // Eight times as fast as 50 kB/s, with an eighth of the patience; 2 MB stand for 16.
    const { fast, slow } = await startBehindLine(400_000, 8)
    const writer = new Client(fast)
    await writer.join()
    for (let i = 0; i < 20; i++) await writer.write(2, 'o', 'x'.repeat(50_000))
    const reader = new Client(slow)
    const ended = reader.closed.then((reason) => expect.fail(`the line was cut: ${reason}`))
    await reader.join()
    const startedAt = performance.now()
    const loading = (async () => {
      while (reader.seen() < 40) await pause(20)
    })()
    await Promise.race([loading, ended])
    expect(performance.now() - startedAt).toBeGreaterThan(4_000)
    ended.catch(() => {})
    await writer.write(1)
    await reader.until(41)
  }, 20_000)
})

describe('a peer with a backlog', () => {
  function startPeer() {
    const platform = nodePlatform(() => {})
    const log = createMemoryEventLog(platform)
    const hub = createMemoryHub()
    const limits = { unsentBytes: 1_000, slowMs: 60, pageEvents: 1 }
    const options = { authorize: allowAll, limits, heartbeatMs: 20 }
    const host = createHost({ log, platform, hub, options })
    closers.push(() => host.close())
    const hello = { protocol: PROTOCOL_VERSION, secret: 's', client: 'a' }
    return hub.connect(host, hello)
  }

  async function write(peer: ReturnType<typeof startPeer>): Promise<void> {
    const [, joined] = await peer.ask('join', { object: 'o', replicas: {} })
    const { term } = joined as { term: string }
    const events = [1, 2, 3].map((n) => makeEvent('a', n))
    await peer.ask('push', { object: 'o', term, round: 0, prev: {}, events })
  }

  it('[ROOM5, SES10] is fed and told of heads however slow it is, as long as it takes something', async () => {
    const peer = startPeer()
    peer.unsent = 5_000
    await write(peer)
    for (let i = 0; i < 15; i++) {
      peer.taken += 1
      await pause(15)
    }
    expect(peer.fatal).toBeUndefined()
    expect(peer.received.filter(({ event }) => event === 'heads').length).toBeGreaterThan(3)
    peer.unsent = 0
    await pause(40)
    expect(peer.entries().flatMap(({ events }) => events).length).toBe(3)
  })

  it('[ROOM5, SES10] is told nothing and closed when it takes nothing', async () => {
    const peer = startPeer()
    peer.unsent = 5_000
    await write(peer)
    const { length } = peer.received
    for (let i = 0; i < 50 && !peer.isClosed; i++) await pause(10)
    expect(peer.fatal?.code).toBe('SLOW_CONSUMER')
    expect(peer.received.length).toBe(length)
  })
})
