import type {
  Ack,
  Digest,
  Echo,
  Entries,
  Fatal,
  Heads,
  HelloDown,
  ObjectId,
  ObjectRemoved,
  Pool,
  PresenceDown,
  State,
} from '@react-collab/core'

/** What a server sends down, by event. */
export interface Down {
  readonly welcome: HelloDown
  readonly entries: Entries
  readonly state: State
  readonly digest: Digest
  readonly echo: Echo
  readonly heads: Heads
  readonly removed: ObjectRemoved
  readonly presence: PresenceDown
  readonly pool: Pool
  readonly fatal: Fatal
}

/** One connection, as a session sees it. */
export interface Peer {
  /** Sends to this peer alone, in order with what the hub publishes to it. */
  send<E extends keyof Down>(event: E, message: Down[E]): void
  /** From now on the hub's entries of `object` reach this peer. */
  enter(object: ObjectId): void
  /** From now on they do not. */
  leave(object: ObjectId): void
  /** Bytes given to this peer that its transport has not taken yet. */
  unsentBytes(): number
  /** Bytes that its transport has taken so far: what does not grow stands still. */
  takenBytes(): number
  /** Ends the connection, after saying why. */
  close(fatal?: Fatal): void
}

/** Reaches all peers that have entered an object, but for `except`; the message is encoded once. */
export interface Hub {
  publish(object: ObjectId, message: Entries, except: Peer | undefined): void
  publishPresence(object: ObjectId, message: PresenceDown): void
}

/** Answers an up message. */
export type AckCallback = (answer: Ack<unknown>) => void

/** What the transport calls for one connection. */
export interface SessionHandle {
  /** Takes an up message as it came: nothing about it is known yet. */
  receive(event: unknown, message: unknown, ack?: AckCallback): void
  /** Tells that the connection is gone. */
  disconnect(): void
}
