import type { Ack, Entries, Fatal, ObjectId } from '@react-collab/core'
import type { Host } from '../host.js'
import type { Down, Hub, Peer } from '../peer.js'

/** What a peer was sent. */
export type Received = {
  readonly [E in keyof Down]: { readonly event: E; readonly message: Down[E] }
}[keyof Down]

/** The client end of a connection in memory. */
export interface TestPeer {
  /** All that came down, in order. */
  readonly received: Received[]
  /** Why the server closed it. */
  readonly fatal: Fatal | undefined
  readonly isClosed: boolean
  /** What the transport claims to hold back. */
  unsent: number
  /** Sends up; resolves with the answer. */
  ask(event: unknown, message: unknown): Promise<Ack<unknown>>
  /** The entries that came down, all messages together. */
  entries(): readonly Entries[]
  disconnect(): void
}

/** A transport without a wire: messages are copied and arrive at once. */
export interface MemoryHub extends Hub {
  connect(host: Host, handshake: unknown): TestPeer
}

/** Makes a transport within one process. */
export function createMemoryHub(): MemoryHub {
  const members = new Map<ObjectId, Set<Peer>>()
  const peersOf = (object: ObjectId): Set<Peer> => {
    const known = members.get(object) ?? new Set()
    members.set(object, known)
    return known
  }

  function connect(host: Host, handshake: unknown): TestPeer {
    const received: Received[] = []
    const state = { fatal: undefined as Fatal | undefined, isClosed: false }
    const client = { unsent: 0 }
    const peer: Peer = {
      send: (event, message) => {
        received.push(structuredClone({ event, message }) as Received)
      },
      enter: (object) => peersOf(object).add(peer),
      leave: (object) => peersOf(object).delete(peer),
      unsentBytes: () => client.unsent,
      close: (fatal) => {
        state.fatal = fatal
        gone()
      },
    }
    const gone = (): void => {
      state.isClosed = true
      for (const set of members.values()) set.delete(peer)
    }
    const session = host.connect(peer, handshake)
    return Object.defineProperties(
      client,
      Object.getOwnPropertyDescriptors({
        received,
        get fatal() {
          return state.fatal
        },
        get isClosed() {
          return state.isClosed
        },
        ask: (event: unknown, message: unknown) =>
          new Promise<Ack<unknown>>((resolve) => session.receive(event, message, resolve)),
        entries: () => received.flatMap((one) => (one.event === 'entries' ? [one.message] : [])),
        disconnect: () => {
          gone()
          session.disconnect()
        },
      }),
    ) as TestPeer
  }

  return {
    connect,
    publish: (object, message) => {
      for (const peer of peersOf(object)) peer.send('entries', message)
    },
  }
}
