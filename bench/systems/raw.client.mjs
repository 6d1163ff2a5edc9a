/**
 * The floor's client: sends events of the same bytes as ours, keeps what it receives in a map.
 *
 * pipe  an outbox with at most two unacknowledged batches in flight; the rest gathers behind them
 */
import { io } from 'socket.io-client'
import { fieldOf, rowOf, valueOf } from '../lib/registers.mjs'

const inFlight = 2
const batchEvents = 4096

export async function connect({ port, object, pipe = false }) {
  const socket = io(`http://127.0.0.1:${port}`, {
    transports: ['websocket'],
    forceNew: true,
    auth: { room: object },
  })
  const cells = new Map()
  const outbox = []
  let flights = 0
  let n = 0
  let onField
  let onCell

  function pump() {
    while (flights < inFlight && outbox.length > 0 && socket.connected) {
      const batch = outbox.splice(0, batchEvents)
      flights++
      socket.emit('push', batch, () => {
        flights--
        pump()
      })
    }
  }

  function send(row, field, value) {
    n++
    const stamp = `0mhabcdef${n.toString(36).padStart(3, '0').slice(-3)}abcdefgh`
    const event = [n, stamp, [['=', row, field, value]]]
    if (!pipe) return socket.emit('event', event)
    outbox.push(event)
    if (outbox.length === 1) queueMicrotask(pump)
  }

  function receive([, , patches]) {
    for (const [, row, field, value] of patches) {
      if (row === '') onField?.(value)
      else {
        cells.set(`${row} ${field}`, value)
        onCell?.()
      }
    }
  }

  socket.on('events', (events) => events.forEach(receive))
  socket.on('connect', pump)
  await new Promise((resolve) => socket.once('connect', resolve))
  return {
    setField: (value) => send('', 'x', value),
    onField(listener) {
      onField = listener
    },
    write: (i) => send(`items/${rowOf(i)}`, fieldOf(i), valueOf(i)),
    onAll(count, done) {
      onCell = () => cells.size === count && done()
    },
    missing: (count) => count - cells.size,
    goOffline: () => void socket.disconnect(),
    goOnline: () => void socket.connect(),
    stored: () => undefined,
    close: () => void socket.disconnect(),
  }
}
