import type { HelloUp } from '@react-collab/core'
import { io } from 'socket.io-client'
import type { Socket, SocketEvents, Transport } from './transport.js'

/**
 * Makes a transport over Socket.IO.
 *
 * Its own reconnection, retries and recovery stay off: the outbox repairs what goes up, the cursor
 * what comes down, and a second mechanism would disagree with them in the rare case (D8).
 */
export const socketTransport = (url: string): Transport => ({
  open: (hello, events) => openSocket(url, hello, events),
})

function openSocket(url: string, hello: HelloUp, events: SocketEvents): Socket {
  const socket = io(url, {
    transports: ['websocket'],
    forceNew: true,
    reconnection: false,
    timeout: 10_000,
    auth: { ...hello },
  })
  let over = false
  const down = (reason: string): void => {
    if (over) return
    over = true
    socket.disconnect()
    events.down(reason)
  }
  socket.on('connect', () => events.up())
  socket.on('connect_error', (error) => down(error.message))
  socket.on('disconnect', (reason) => down(reason))
  socket.onAny((event: string, message: unknown) => {
    if (!over) events.message(event, message)
  })
  return {
    emit(event, message, ack) {
      if (ack === undefined) socket.emit(event, message)
      else socket.emit(event, message, ack)
    },
    close: () => down('closed'),
  }
}
