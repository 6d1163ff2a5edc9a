import type { HelloUp } from '@react-collab/core'
import type { Socket as SocketIo } from 'socket.io-client'
import type { Socket, SocketBytes, SocketEvents, Transport } from './transport.js'

/**
 * Makes a transport over Socket.IO.
 *
 * Its own reconnection, retries and recovery stay off: the outbox repairs what goes up, the cursor
 * what comes down, and a second mechanism would disagree with them in the rare case. The
 * library is loaded at the first connect: a page shows its data before it can talk to anyone.
 */
export const socketTransport = (url: string): Transport => ({
  open: (hello, events) => openSocket(url, hello, events),
})

function openSocket(url: string, hello: HelloUp, events: SocketEvents): Socket {
  let socket: SocketIo | undefined
  let over = false
  /** Bytes that had come at the end of the last message. */
  let whole = 0

  function down(reason: string): void {
    if (over) return
    over = true
    socket?.disconnect()
    events.down(reason)
  }

  async function connect(): Promise<void> {
    const { io } = await import('socket.io-client')
    if (over) return
    socket = io(url, {
      transports: ['websocket'],
      forceNew: true,
      reconnection: false,
      timeout: 10_000,
      auth: { ...hello },
    })
    socket.on('connect', () => events.up())
    socket.io.engine.on('packet', () => {
      whole = receivedBy(socket)
    })
    socket.on('connect_error', (error) => down(error.message))
    // In Node one chunk may hold an answer and what follows it: whoever awaits the answer goes
    // first, then what follows, such as the reason of an end, then the end.
    const ended = (reason: string): void => queueMicrotask(() => down(reason))
    socket.on('disconnect', ended)
    // A line that is closed before it was open, as by a proxy without its server, is told only here.
    socket.io.engine.on('close', ended)
    socket.onAny((event: string, message: unknown) =>
      queueMicrotask(() => {
        if (!over) events.message(event, message)
      }),
    )
  }

  connect().catch((error: unknown) => down(String(error)))
  return {
    emit(event, message, ack) {
      if (ack === undefined) socket?.emit(event, message)
      else socket?.emit(event, message, ack)
    },
    close: () => down('closed'),
    bytes(): SocketBytes {
      const received = receivedBy(socket)
      const unsent = wireOf(socket)?.bufferedAmount ?? 0
      return { received, partial: received - whole, unsent }
    },
  }
}

/** A WebSocket; that of Node shows the system's socket beneath, a browser's does not. */
interface Wire {
  readonly bufferedAmount?: number
  readonly _socket?: { readonly bytesRead?: number }
}

const wireOf = (socket: SocketIo | undefined): Wire | undefined =>
  (socket?.io.engine?.transport as { readonly ws?: Wire } | undefined)?.ws

const receivedBy = (socket: SocketIo | undefined): number => wireOf(socket)?._socket?.bytesRead ?? 0
