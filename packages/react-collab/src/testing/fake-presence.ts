import { hashText, type ObjectId, type PresenceDown, type PresenceUp } from '@react-collab/core'

/** One connection to the fake server. */
export interface FakeSession {
  readonly client: string
  readonly joined: ReadonlySet<ObjectId>
  tell(message: PresenceDown): void
}

/** Presence of a fake server: tells all of a room at every change. */
export interface FakePresence {
  hear(session: FakeSession, told: PresenceUp): void
  /** A session has come into a room. */
  joined(session: FakeSession, object: ObjectId): void
  left(session: FakeSession): void
}

type Peers = Map<string, PresenceDown['peers'][number] & { readonly owner: FakeSession }>

/** Makes presence without anybody. */
export function createFakePresence(sessions: ReadonlySet<FakeSession>): FakePresence {
  const rooms = new Map<ObjectId, { n: number; readonly peers: Peers }>()

  function tell(object: ObjectId, told: Partial<PresenceDown>, to = [...sessions]): void {
    const room = rooms.get(object)
    if (room === undefined) return
    for (const session of to)
      if (session.joined.has(object)) session.tell(whole(object, room, told))
  }

  const whole = (
    object: ObjectId,
    { n, peers }: { readonly n: number; readonly peers: Peers },
    told: Partial<PresenceDown>,
  ): PresenceDown => ({
    object,
    n,
    whole: true,
    peers: [...peers.values()].map(({ owner: _, ...peer }) => peer),
    ...told,
  })

  return {
    hear(session, { object, states = {}, whole: isWhole = false, messages = [] }) {
      const client = hashText(session.client)
      const name = { client, principal: 'fake' }
      const room = rooms.get(object) ?? { n: 0, peers: new Map() }
      rooms.set(object, room)
      room.n += 1
      if (isWhole) drop(room.peers, session)
      for (const [tab, state] of Object.entries(states)) {
        if (state === null) room.peers.delete(client + tab)
        else room.peers.set(client + tab, { ...name, tab, state, owner: session })
      }
      const said = messages.map((one) => ({ ...name, ...one }))
      tell(object, said.length > 0 ? { messages: said } : {})
    },
    joined: (session, object) => tell(object, {}, [session]),
    left(session) {
      for (const [object, room] of rooms) {
        room.n += 1
        if (drop(room.peers, session)) tell(object, {})
      }
    },
  }
}

function drop(peers: Peers, owner: FakeSession): boolean {
  let isChanged = false
  for (const [key, peer] of peers) if (peer.owner === owner) isChanged = peers.delete(key)
  return isChanged
}
