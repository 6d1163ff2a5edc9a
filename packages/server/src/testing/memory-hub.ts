import type { Ack, Entries, Fatal, ObjectId } from '@react-collab/core'
import type { Host } from '../host.js'
import type { Down, Hub, Peer, SessionHandle } from '../peer.js'

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
  /** The token that it was given for its next connect. */
  readonly generation: string | undefined
  /** What the transport claims to hold back. */
  unsent: number
  /** What the transport claims to have taken. */
  taken: number
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
  return {
    connect: (host, handshake) => new MemoryPeer(host, handshake, members),
    publish: (object, message, except) => {
      for (const peer of members.get(object) ?? [])
        if (peer !== except) peer.send('entries', message)
    },
    publishPresence: (object, message) => {
      for (const peer of members.get(object) ?? []) peer.send('presence', message)
    },
  }
}

/** Both ends of a connection in memory. */
class MemoryPeer implements TestPeer, Peer {
  readonly received: Received[] = []
  unsent = 0
  taken = 0
  fatal: Fatal | undefined
  isClosed = false
  readonly #members: Map<ObjectId, Set<Peer>>
  readonly #session: SessionHandle

  constructor(host: Host, handshake: unknown, members: Map<ObjectId, Set<Peer>>) {
    this.#members = members
    this.#session = host.connect(this, handshake)
  }

  send<E extends keyof Down>(event: E, message: Down[E]): void {
    this.received.push(structuredClone({ event, message }) as unknown as Received)
  }

  get generation(): string | undefined {
    for (const one of this.received) if (one.event === 'welcome') return one.message.generation
    return undefined
  }

  enter(object: ObjectId): void {
    const known = this.#members.get(object) ?? new Set()
    this.#members.set(object, known.add(this))
  }

  leave(object: ObjectId): void {
    this.#members.get(object)?.delete(this)
  }

  unsentBytes(): number {
    return this.unsent
  }

  takenBytes(): number {
    return this.taken
  }

  close(fatal?: Fatal): void {
    this.fatal = fatal
    this.#cut()
  }

  ask(event: unknown, message: unknown): Promise<Ack<unknown>> {
    return new Promise((resolve) => this.#session.receive(event, message, resolve))
  }

  entries(): readonly Entries[] {
    return this.received.flatMap((one) => (one.event === 'entries' ? [one.message] : []))
  }

  disconnect(): void {
    this.#cut()
    this.#session.disconnect()
  }

  #cut(): void {
    this.isClosed = true
    for (const peers of this.#members.values()) peers.delete(this)
  }
}
