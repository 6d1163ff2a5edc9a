/**
 * The floor: Socket.IO relaying events, and nothing else.
 *
 * co     gathers what it relays within one turn of the event loop
 * fsync  puts a batch on the disk before it acknowledges and relays it: group commit, one at a time
 */
import { open, rm } from 'node:fs/promises'
import { createServer } from 'node:http'
import { join } from 'node:path'
import { Server } from 'socket.io'

export async function startServer({ folder, co = false, fsync = false }) {
  const http = createServer()
  const io = new Server(http, {
    transports: ['websocket'],
    perMessageDeflate: false,
    maxHttpBufferSize: 1e8,
  })
  const path = join(folder, `raw-${process.pid}.log`)
  const file = fsync ? await open(path, 'a') : undefined
  let gathered = []
  let waiting = []
  let isWriting = false

  function relay(socket, room, events) {
    if (!co) return socket.to(room).emit('events', events)
    if (gathered.length === 0) setImmediate(flush)
    gathered.push({ socket, room, events })
  }

  function flush() {
    const batches = gathered
    gathered = []
    for (let i = 0; i < batches.length; ) {
      const { socket, room } = batches[i]
      const events = []
      for (; i < batches.length && batches[i].socket === socket; i++) {
        for (const event of batches[i].events) events.push(event)
      }
      socket.to(room).emit('events', events)
    }
  }

  async function write() {
    isWriting = true
    while (waiting.length > 0) {
      const group = waiting
      waiting = []
      await file.write(group.map(({ events }) => JSON.stringify(events)).join('\n'))
      await file.datasync()
      for (const { socket, room, events, ack } of group) {
        ack?.()
        relay(socket, room, events)
      }
    }
    isWriting = false
  }

  io.on('connection', (socket) => {
    const { room } = socket.handshake.auth
    void socket.join(room)
    socket.on('event', (event) => relay(socket, room, [event]))
    socket.on('push', (events, ack) => {
      if (file === undefined) {
        ack()
        return relay(socket, room, events)
      }
      waiting.push({ socket, room, events, ack })
      if (!isWriting) void write()
    })
  })
  await new Promise((resolve) => http.listen(0, '127.0.0.1', resolve))
  return {
    port: http.address().port,
    async close() {
      await io.close()
      await file?.close()
      await rm(path, { force: true })
    },
  }
}
