import { type Cursor, type ObjectId, RefusedError } from '@react-collab/core'
import { Room, type RoomSurroundings } from './room.js'

/** The rooms of objects that someone has joined. */
export class Rooms {
  readonly #surroundings: RoomSurroundings
  readonly #rooms = new Map<ObjectId, { readonly room: Room; users: number }>()

  constructor(surroundings: RoomSurroundings) {
    this.#surroundings = surroundings
  }

  /** How many there are. */
  get size(): number {
    return this.#rooms.size
  }

  /** Enters the room of an object, opening it at `head`; each call needs a `close`. */
  open(object: ObjectId, head: Cursor): Room {
    const open = this.#rooms.get(object)
    if (open !== undefined) {
      // It was removed, or purged, and those who are in there have not left yet.
      if (open.room.head.term !== head.term) {
        throw new RefusedError('TERM_CHANGED', 'the object has begun anew just now')
      }
      open.users++
      return open.room
    }
    const room = new Room(object, head, this.#surroundings)
    this.#rooms.set(object, { room, users: 1 })
    return room
  }

  /** Leaves a room; the last one to leave closes it. */
  close(object: ObjectId): void {
    const open = this.#rooms.get(object)
    if (open === undefined || --open.users > 0) return
    this.#rooms.delete(object)
    this.#surroundings.pools.close(object)
  }

  /** The room of an object, if it is open. */
  find(object: ObjectId): Room | undefined {
    return this.#rooms.get(object)?.room
  }

  /** Lets every room look for entries that it was not told about, and for who is silent. */
  beat(): void {
    for (const { room } of this.#rooms.values()) {
      room.repair()
      room.presence.beat()
    }
    this.#surroundings.pools.beat()
  }
}
