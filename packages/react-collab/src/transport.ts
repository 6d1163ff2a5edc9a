import type { HelloUp } from '@react-collab/core'

/** What a socket tells of itself; after `down` it says nothing more. */
export interface SocketEvents {
  up(): void
  /** `reason` is for people. */
  down(reason: string): void
  message(event: string, message: unknown): void
}

/** One open, or opening, way to a server. */
export interface Socket {
  emit(event: string, message: unknown, ack?: (answer: unknown) => void): void
  close(): void
  /** What moves within messages, where the transport can tell. */
  bytes?(): SocketBytes
}

/** Bytes on their way over a socket. */
export interface SocketBytes {
  /** All that came so far. */
  readonly received: number
  /** Those of a message that is not whole yet. */
  readonly partial: number
  /** Those that wait to go. */
  readonly unsent: number
}

/** Opens sockets: Socket.IO in the product, a simulated network in the simulator. */
export interface Transport {
  open(hello: HelloUp, events: SocketEvents): Socket
}
