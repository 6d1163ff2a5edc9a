import { once } from 'node:events'
import { connect, createServer, type Server, type Socket } from 'node:net'

/** A cable between browsers and server that a test can cut. */
export interface Proxy {
  readonly port: number
  /** Where the far end is; the next connection goes there. */
  target: number
  /** Ends all connections and refuses new ones, until `restore`. */
  cut(): Promise<void>
  /** Lets nothing through, but ends nothing, until `restore`: both sides believe in the line. */
  blackhole(): void
  restore(): Promise<void>
  close(): Promise<void>
}

/** Makes a proxy on a free port. */
export async function createProxy(): Promise<Proxy> {
  const pairs = new Set<readonly [Socket, Socket]>()
  let target = 0
  let isOpen = true
  const server = createServer((near) => {
    const far = connect(target, '127.0.0.1')
    const pair = [near, far] as const
    pairs.add(pair)
    const end = (): void => {
      pairs.delete(pair)
      near.destroy()
      far.destroy()
    }
    for (const socket of pair) socket.on('error', end).on('close', end)
    if (isOpen) join(pair)
  })
  await listen(server, 0)
  const { port } = server.address() as { readonly port: number }

  function destroyAll(): void {
    for (const [near, far] of pairs) {
      near.destroy()
      far.destroy()
    }
  }

  async function cut(): Promise<void> {
    if (!server.listening) return
    const closed = once(server, 'close')
    server.close()
    destroyAll()
    await closed
  }

  return {
    port,
    get target() {
      return target
    },
    set target(next) {
      target = next
    },
    cut,
    blackhole() {
      isOpen = false
      for (const [near, far] of pairs) {
        near.unpipe(far).pause()
        far.unpipe(near).pause()
      }
    },
    async restore() {
      // What was held back is lost, as it is when a dead line comes back.
      if (!isOpen) destroyAll()
      isOpen = true
      if (!server.listening) await listen(server, port)
    },
    close: cut,
  }
}

function join([near, far]: readonly [Socket, Socket]): void {
  near.pipe(far)
  far.pipe(near)
}

async function listen(server: Server, port: number): Promise<void> {
  server.listen(port, '127.0.0.1')
  await once(server, 'listening')
}
