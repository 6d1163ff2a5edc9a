import type { Server, Socket } from 'socket.io'
import type { Host } from './host.js'
import type { AckCallback, Hub, Peer } from './peer.js'

/** Every socket sits in a room named by its own id; objects must not be mistaken for it. */
const roomOf = (object: string): string => `o:${object}`

/** Publishes through Socket.IO, which encodes a message once for all who get it. */
export const createSocketHub = (io: Server): Hub => ({
  publish: (object, message, except) => {
    const all = io.to(roomOf(object))
    const id = except && socketIds.get(except)
    ;(id === undefined ? all : all.except(id)).emit('entries', message)
  },
  publishPresence: (object, message) => {
    io.to(roomOf(object)).emit('presence', message)
  },
})

/** Connects a socket to a host. */
export function serveSocket(socket: Socket, host: Host): void {
  const session = host.connect(createPeer(socket), socket.handshake.auth)
  // Before any listener, for every event whatever its name; nothing is passed on.
  socket.use((packet: unknown[]) => {
    const [event, ...args] = packet
    const last = args.at(-1)
    const ack = typeof last === 'function' ? (last as AckCallback) : undefined
    const messages = ack === undefined ? args : args.slice(0, -1)
    // More than one argument is no message of this protocol; as a list it is refused as one.
    session.receive(event, messages.length === 1 ? messages[0] : messages, ack)
  })
  socket.on('error', () => {})
  socket.on('disconnect', () => session.disconnect())
}

/** Names the room that holds a peer's socket alone. */
const socketIds = new WeakMap<Peer, string>()

function createPeer(socket: Socket): Peer {
  const peer: Peer = {
    send: (event, message) => {
      socket.emit(event, message)
    },
    enter: (object) => void socket.join(roomOf(object)),
    leave: (object) => void socket.leave(roomOf(object)),
    unsentBytes: () => unsentBytes(socket),
    takenBytes: () => takenBytes(socket),
    close: (fatal) => {
      if (fatal !== undefined) socket.emit('fatal', fatal)
      socket.disconnect(true)
      // A consumer that takes nothing would keep its backlog in memory until it does.
      if (fatal?.code === 'SLOW_CONSUMER') backlogOf(socket).transport?.socket?.terminate?.()
    },
  }
  socketIds.set(peer, socket.id)
  return peer
}

interface WebSocketLike {
  readonly bufferedAmount?: number
  readonly _socket?: { readonly _handle?: StreamHandle | null }
  terminate?(): void
}

/** Counts parts of a write too, which a stream does not: a large message may take a minute. */
interface StreamHandle {
  readonly bytesWritten?: number
  readonly writeQueueSize?: number
}

interface Backlog {
  readonly writeBuffer?: readonly { readonly data?: unknown }[]
  readonly transport?: { readonly socket?: WebSocketLike }
}

/** Engine.IO does not show these, and there is no other way to know. */
const backlogOf = (socket: Socket): Backlog => socket.conn as unknown as Backlog

/** What Engine.IO has queued, and what its WebSocket has not given to the system yet. */
function unsentBytes(socket: Socket): number {
  const { writeBuffer = [], transport } = backlogOf(socket)
  let bytes = transport?.socket?.bufferedAmount ?? 0
  for (const { data } of writeBuffer) if (typeof data === 'string') bytes += data.length
  return bytes
}

/** What the system has taken of what was written. */
function takenBytes(socket: Socket): number {
  const handle = backlogOf(socket).transport?.socket?._socket?._handle
  return (handle?.bytesWritten ?? 0) - (handle?.writeQueueSize ?? 0)
}
