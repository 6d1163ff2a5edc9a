import type { Transport } from 'react-collab/testing'
import type { Random } from './random.js'
import type { SimServer } from './server.js'
import type { Timeline } from './timeline.js'

/** What the way between one device and the server suffers. */
export interface Weather {
  /** Nothing passes, and nobody is told: sockets end only by silence. */
  partitioned: boolean
  /** Longest delay of a message. */
  delayMs: number
  /** How likely a message up, or an ack, is lost. */
  loss: number
  /** How likely a message up is delivered twice. */
  twice: number
  /** How likely messages overtake each other. */
  overtaking: number
}

/** Fair weather. */
export const fair: Weather = { partitioned: false, delayMs: 20, loss: 0, twice: 0, overtaking: 0 }

/** Whoever owns sockets; a dead owner neither sends nor hears. */
export interface Owner {
  readonly alive: boolean
  /** While frozen, what comes waits. */
  readonly frozen: boolean
  /** Runs when the owner can run again. */
  later(run: () => void): void
}

/** Lets a test put something wrong into what goes up. */
export type ChangePush = (message: Record<string, unknown>) => Record<string, unknown>

/** Ends sockets after this long without passage, as a transport's ping does. */
const SILENCE_MS = 20_000

/**
 * Makes the transport of one tab. A stream keeps its order unless `overtaking` says otherwise;
 * TCP never reorders, cluster adapters do, and rules must hold for both.
 */
export function createTransport(
  timeline: Timeline,
  random: Random,
  server: SimServer,
  weather: Weather,
  owner: Owner,
  push: ChangePush,
): Transport {
  return {
    open(hello, events) {
      let over = false
      let upAt = 0
      let downAt = 0
      const delivery = (last: number): number => {
        const time = timeline.now + 1 + random.below(weather.delayMs)
        return random.chance(weather.overtaking) ? time : Math.max(time, last)
      }
      const deliver = (time: number, run: () => void): void => {
        timeline.at(time - timeline.now, () => {
          if (over || weather.partitioned) return
          run()
        })
      }
      const hear = (run: () => void): void => {
        if (!owner.alive) return
        if (owner.frozen) owner.later(() => over || run())
        else run()
      }
      const end = (reason: string): void => {
        if (over) return
        over = true
        session?.gone()
        stopWatch()
        if (owner.alive) owner.later(() => events.down(reason))
      }
      // What was said before a line is closed comes before its end, as on a real one.
      const close = (reason: string): void =>
        void timeline.at(Math.max(0, downAt - timeline.now) + 5, () => end(reason))
      const down = (event: string, message: unknown, faulty: boolean): void => {
        const fault = faulty && random.chance(server.faults.publish) ? random.below(3) : undefined
        if (fault === 0) return
        downAt = fault === 1 ? timeline.now + 200 : delivery(downAt)
        for (let copies = fault === 2 ? 2 : 1; copies > 0; copies--) {
          deliver(downAt, () => hear(() => events.message(event, clone(message))))
        }
      }
      let session: ReturnType<SimServer['connect']> | undefined
      let silence = 0
      // A watch is what pings are for: a way that stays shut ends the socket on both sides.
      const watch = (): void => {
        silence = weather.partitioned || !owner.alive ? silence + 5000 : 0
        if (silence >= SILENCE_MS) return end('ping timeout')
        stopWatch = timeline.at(5000, watch)
      }
      let stopWatch = timeline.at(5000, watch)
      deliver(delivery(0), () => {
        session = server.connect(clone(hello), { down, end, close })
        hear(() => events.up())
      })
      return {
        emit(event, message, ack) {
          if (!owner.alive || over) return
          if (random.chance(weather.loss)) return
          const body =
            event === 'push' ? push(clone(message) as Record<string, unknown>) : clone(message)
          const answer = (reply: unknown): void => {
            if (random.chance(weather.loss)) return
            downAt = delivery(downAt)
            deliver(downAt, () => hear(() => ack?.(clone(reply))))
          }
          upAt = delivery(upAt)
          deliver(upAt, () => session?.up(event, body, ack && answer))
          if (random.chance(weather.twice)) {
            deliver(upAt + random.below(50), () =>
              session?.up(event, clone(body), ack && (() => undefined)),
            )
          }
        },
        close() {
          if (over) return
          over = true
          stopWatch()
          timeline.at(1, () => session?.gone())
        },
      }
    },
  }
}

const clone = <T>(value: T): T =>
  value === undefined ? value : (JSON.parse(JSON.stringify(value)) as T)
