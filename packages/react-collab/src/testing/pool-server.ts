import type { Join, ObjectId, Pool, PoolMember } from '@react-collab/core'
import type { SocketEvents, Transport } from '../transport.js'

/** A server in front of a fake one that also tells who the clients of its objects are. */
export interface PoolServer extends Transport {
  /** All joins, those that do not ask for it too. */
  readonly joins: readonly Join[]
  /** Who the clients are: told to those who ask from now on. */
  clients: readonly PoolMember[]
  /** Tells news of these to all connections. */
  tell(object: string, clients: readonly PoolMember[]): void
}

/** Makes one for which stale is who was away for a day. */
export function createPoolServer(server: Transport): PoolServer {
  const joins: Join[] = []
  const lines = new Set<SocketEvents>()
  const whole = (object: ObjectId): Pool => ({
    object,
    whole: true,
    clients: made.clients,
    staleAfterMs: 86_400_000,
  })
  const made: PoolServer = {
    joins,
    clients: [],
    tell(object, clients) {
      for (const events of lines) events.message('pool', { object: object as ObjectId, clients })
    },
    open(hello, events) {
      const socket = server.open(hello, events)
      lines.add(events)
      return {
        ...socket,
        close() {
          lines.delete(events)
          socket.close()
        },
        emit(event, message, ack) {
          const join = message as Join
          if (event !== 'join') return socket.emit(event, message, ack)
          joins.push(join)
          socket.emit(event, message, (answer) => {
            ack?.(answer)
            if (join.pool === true && lines.has(events)) events.message('pool', whole(join.object))
          })
        },
      }
    },
  }
  return made
}
