/** Who speaks the protocol by hand, and says in it what no client of ours says. */
import {
  type Ack,
  type Event,
  type Fatal,
  formatStamp,
  type HelloDown,
  type HelloUp,
  type Joined,
  type Owners,
  PROTOCOL_VERSION,
  type Replica,
  type Stamp,
} from '@react-collab/core'
import { type Socket, socketTransport } from 'react-collab/testing'
import { closeLater } from './lab.js'

/** The object that all of it is about. */
const object = 'object'

/** A connection that sends what it is told to. */
export interface Forger {
  readonly welcome: HelloDown
  readonly replica: Replica
  readonly owners: Owners
  /** Entries that came down, by seq. */
  readonly heard: ReadonlyMap<number, Event>
  ask<T>(event: string, message: unknown): Promise<Ack<T>>
  join(more?: object): Promise<Joined>
  /** A stamp of its replica, of now or another time. */
  stamp(ms?: number): Stamp
  /** Pushes events after what it has pushed before; the answer's code, of a refused event its own. */
  push(events: readonly unknown[], more?: object): Promise<string>
}

/** Connects; it has not joined yet. Errors  the code for which the server turns it away */
export async function openForger(url: string, more: Partial<HelloUp> = {}): Promise<Forger> {
  const replica = 'evilevil' as Replica
  const owners = { client: 'evil-browser', principal: 'evil-person' }
  const hello = {
    protocol: PROTOCOL_VERSION,
    client: 'evil',
    secret: 'evil-secret',
    owners,
    ...more,
  }
  const heard = new Map<number, Event>()
  const [welcome, socket] = await new Promise<readonly [HelloDown, Socket]>((resolve, reject) => {
    const socket: Socket = socketTransport(url).open(hello, {
      up: () => undefined,
      down: (reason) => reject(new Error(reason)),
      message(event, message) {
        if (event === 'welcome') resolve([message as HelloDown, socket])
        if (event === 'fatal') reject(new Error((message as Fatal).code))
        if (event !== 'entries') return
        const { seq, events } = message as { seq: number; events: readonly Event[] }
        events.forEach((one, i) => heard.set(seq + i, one))
      },
    })
  })
  closeLater(() => socket.close())
  const ask = <T>(event: string, message: unknown): Promise<Ack<T>> =>
    new Promise((resolve) => {
      socket.emit(event, message, (answer) => resolve(answer as Ack<T>))
    })
  let joined: Joined | undefined
  let round = 0
  return {
    welcome,
    replica,
    owners,
    heard,
    ask,
    async join(wants = {}) {
      const [failure, answer] = await ask<Joined>('join', { object, replicas: {}, ...wants })
      if (failure !== null) throw new Error(failure.code)
      joined = answer as Joined
      return joined
    },
    stamp: (ms = Date.now()) => formatStamp({ ms, counter: 0, replica }),
    async push(events, about = {}) {
      const prev = { [replica]: 0 }
      const term = joined?.term ?? 'none'
      const [failure] = await ask('push', { object, term, round: round++, prev, events, ...about })
      return failure === null ? 'ok' : (failure.refused?.[0]?.code ?? failure.code)
    },
  }
}
