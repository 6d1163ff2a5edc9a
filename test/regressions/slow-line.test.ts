import { createHash } from 'node:crypto'
import { createServer as createHttpServer } from 'node:http'
import { connect, createServer, type Socket } from 'node:net'
import { allowAll, createServer as createCollabServer } from '@react-collab/server'
import { createLocalStore, createMemoryDisk } from 'react-collab/testing'
import { afterEach, expect, it } from 'vitest'
import { openDevice, until } from './lab.js'

const closers: (() => unknown)[] = []
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close()
})

/** A way to a port that carries so many bytes per second, in each direction, and can be cut. */
async function slowLine(port: number, bytesPerSecond: number) {
  const pairs = new Set<readonly [Socket, Socket]>()
  let carried = 0
  const server = createServer((near) => {
    const far = connect(port, '127.0.0.1')
    const pair = [near, far] as const
    pairs.add(pair)
    const end = (): void => {
      pairs.delete(pair)
      near.destroy()
      far.destroy()
    }
    for (const socket of pair) socket.on('error', end).on('close', end)
    far.on('data', (bytes) => (carried += bytes.length))
    throttle(near, far, bytesPerSecond)
    throttle(far, near, bytesPerSecond)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const cut = (): void => pairs.forEach(([near]) => near.destroy())
  closers.push(() => {
    cut()
    server.close()
  })
  const address = server.address() as { readonly port: number }
  return { url: `http://127.0.0.1:${address.port}`, cut, carried: () => carried }
}

function throttle(from: Socket, to: Socket, bytesPerSecond: number): void {
  let free = Date.now()
  from.on('data', (bytes) => {
    free = Math.max(free, Date.now()) + (bytes.length / bytesPerSecond) * 1000
    from.pause()
    setTimeout(() => {
      to.write(bytes)
      from.resume()
    }, free - Date.now())
  })
}

const BYTES = 3_000_000

/** A server whose timeouts are a twentieth of the real ones, with an object of some size. */
async function startStation() {
  const quiet = { info: () => undefined, warn: () => undefined, error: () => undefined }
  const server = await createCollabServer({
    authorize: allowAll,
    origins: [],
    logger: quiet,
    heartbeatMs: 250,
  })
  Object.assign(server.io.engine.opts, { pingInterval: 500, pingTimeout: 500 })
  closers.push(() => server.close())
  const port = await server.listen(0, '127.0.0.1')
  const writer = openDevice(`http://127.0.0.1:${port}`)
  for (let i = 0; i < 60; i++) writer.object().change({ [`f${i}`]: 'x'.repeat(BYTES / 60) })
  await until(() => writer.client.status.state === 'synced' && writer.client.status.unsent === 0)
  return port
}

const inMemory = { openStore: async () => createLocalStore(createMemoryDisk()) }

it('[CON10] a first load of many times the timeouts comes through a slow line', async () => {
  const port = await startStation()
  const line = await slowLine(port, 600_000)
  const ends: string[] = []
  const reader = openDevice(line.url, inMemory)
  reader.client.subscribe(() => ends.push(reader.client.connection.status))
  const { object } = reader.client.open('object')
  await until(() => Object.keys(object.get() ?? {}).length === 60, 'all has come')
  expect(ends).not.toContain('waiting')
  expect(line.carried()).toBeLessThan(BYTES * 1.2)
}, 20_000)

it('[CON10] a load goes on where a line that is cut again and again has left it', async () => {
  const port = await startStation()
  const line = await slowLine(port, 1_500_000)
  const reader = openDevice(line.url, inMemory)
  const cutting = setInterval(line.cut, 400)
  closers.push(() => clearInterval(cutting))
  const { object } = reader.client.open('object')
  await until(() => Object.keys(object.get() ?? {}).length > 30, 'half has come')
  clearInterval(cutting)
  await until(() => Object.keys(object.get() ?? {}).length === 60, 'all has come')
}, 20_000)

it('[CON3] a line that is closed before it was open is known to be down at once', async () => {
  const proxy = createHttpServer()
  proxy.on('upgrade', ({ headers }, socket) => {
    const accept = createHash('sha1')
      .update(`${headers['sec-websocket-key']}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`)
      .digest('base64')
    const head = ['101 Switching Protocols', 'Upgrade: websocket', 'Connection: Upgrade']
    socket.end(`HTTP/1.1 ${head.join('\r\n')}\r\nSec-WebSocket-Accept: ${accept}\r\n\r\n`)
  })
  await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve))
  closers.push(() => proxy.close())
  const { port } = proxy.address() as { readonly port: number }
  const { client } = openDevice(`http://127.0.0.1:${port}`)
  const began = Date.now()
  await until(() => client.connection.status === 'waiting', 'it waits to try again')
  expect(Date.now() - began).toBeLessThan(5_000)
})
