/** Stands between a client and a server, and counts the bytes that come down. */
import { connect, createServer } from 'node:net'

export async function openRelay(port) {
  let bytes = 0
  const sockets = new Set()
  const relay = createServer((near) => {
    const far = connect(port, '127.0.0.1')
    for (const socket of [near, far]) {
      sockets.add(socket)
      socket.on('error', () => undefined)
    }
    far.on('data', (chunk) => (bytes += chunk.length))
    near.pipe(far).pipe(near)
  })
  await new Promise((resolve) => relay.listen(0, '127.0.0.1', resolve))
  return {
    port: relay.address().port,
    bytes: () => bytes,
    close() {
      for (const socket of sockets) socket.destroy()
      relay.close()
    },
  }
}
