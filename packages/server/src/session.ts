import {
  cut,
  type Failure,
  type Fatal,
  type Join,
  limits as bounds,
  messages,
  type ObjectId,
  PROTOCOL_VERSION,
  ProtocolError,
  type Push,
  RefusedError,
} from '@react-collab/core'
import type { ClientRegistry } from './clients/client-registry.js'
import { checkMessage } from './depth.js'
import { failureOf, isBlamed, once } from './failure.js'
import { readHello } from './hello.js'
import { Lanes } from './lanes.js'
import { type Bucket, createBucket, type Limits } from './limits.js'
import type { EventLog, Verdict } from './log/event-log.js'
import { Memberships } from './memberships.js'
import type { HostOptions } from './options.js'
import type { AckCallback, AckCallback as Answer, Peer, SessionHandle } from './peer.js'
import type { Platform } from './platform.js'
import type { Policy } from './policy.js'
import { type ReadPush, readPush } from './push.js'
import type { Rooms } from './rooms.js'
import type { SessionState, Who } from './session-state.js'
import type { Subscription } from './subscription.js'
import type { Upkeep } from './upkeep.js'

/** What a session needs of its host. */
export interface SessionSurroundings {
  readonly log: EventLog
  readonly clients: ClientRegistry
  readonly platform: Platform
  readonly rooms: Rooms
  readonly options: HostOptions
  readonly policy: Policy
  readonly limits: Limits
  readonly heartbeatMs: number
  readonly upkeep: Upkeep
  /** Removes an object, for everyone. */
  readonly remove: (object: ObjectId) => Promise<void>
  ended(): void
}

const forbiddenJoins = 100
/** The first protocol whose clients answer every heartbeat. */
const ANSWERING = 5

/** One connection: knows who it is and what it has joined, and routes what comes up. */
export class Session implements SessionHandle {
  readonly #peer: Peer
  readonly #at: SessionSurroundings
  readonly #members: Memberships
  readonly #joining = new Set<ObjectId>()
  readonly #lanes = new Lanes()
  readonly #events: Bucket
  readonly #errors: Bucket
  readonly #forbidden: Bucket
  #state: SessionState = { kind: 'opening', held: [], turnedOut: new Set() }
  #proven: Promise<void> | undefined
  #waiting = 0
  /** What the transport had taken at the last heartbeat. */
  #taken = 0
  #isSettling = false
  /** Something is joined no more, and the client may not know. */
  #isDismissed = false
  #settled: (() => void) | undefined

  constructor(peer: Peer, surroundings: SessionSurroundings) {
    const { limits, platform } = surroundings
    this.#peer = peer
    this.#at = surroundings
    this.#members = new Memberships({
      ...surroundings,
      peer,
      fail: (fatal) => this.#end(fatal),
      cut: () => this.#leavePeer(),
    })
    const now = platform.elapsed()
    this.#events = createBucket(limits.eventsPerSecond, limits.eventBurst, now)
    this.#errors = createBucket(limits.errorsPerMinute / 60, limits.errorsPerMinute, now)
    this.#forbidden = createBucket(1, forbiddenJoins, now)
  }

  /** Finds out who this is; until then messages are held. */
  open(handshake: unknown): void {
    this.#welcome(handshake).catch((error: unknown) => this.#end(this.#failure(error)))
  }

  receive(event: unknown, message: unknown, ack?: AckCallback): void {
    if (this.#state.kind === 'closed') return
    this.#members.line.heardAt = this.#at.platform.now()
    if (++this.#waiting > this.#at.limits.waiting) {
      return this.#end({ code: 'RATE_LIMITED', message: 'too many messages wait for an answer' })
    }
    const answer = once((outcome) => this.#answer(ack, outcome))
    const handle = (): void => this.#handle(event, message, answer)
    if (this.#state.kind === 'opening') this.#state.held.push(handle)
    else handle()
  }

  disconnect(): void {
    this.#end()
  }

  /** Sends the heads of all joined objects, so that a client that hears nothing notices. */
  beat(): void {
    const heads = this.#members.heads
    if ((heads.length === 0 && !this.#isDismissed) || this.#standsStill()) return
    this.#peer.send('heads', { now: this.#at.platform.now(), heads: Object.fromEntries(heads) })
  }

  /** A peer that is slow hears the heads all the same; one that takes nothing gets no more. */
  #standsStill(): boolean {
    const before = this.#taken
    this.#taken = this.#peer.takenBytes()
    return this.#taken === before && this.#peer.unsentBytes() > this.#at.limits.unsentBytes
  }

  /** Takes nothing more; resolves when all that was taken has its answer. */
  settle(): Promise<void> {
    this.#isSettling = true
    return new Promise((resolve) => {
      this.#settled = resolve
      if (this.#waiting === 0) resolve()
    })
  }

  /** Tells the peer to come back later. */
  shutDown(): void {
    this.#end({ code: 'SHUTTING_DOWN', message: 'the server stops' })
  }

  /** Ends the connection if it is this principal's, also if that only turns out later. */
  turnOut(principal: string): boolean {
    if (this.#state.kind === 'opening') this.#state.turnedOut.add(principal)
    if (this.#state.kind !== 'open' || this.#state.who.principal !== principal) return false
    this.#leavePeer()
    return true
  }

  /** Without a reason, as when a line is cut: the client comes back by itself. */
  #leavePeer(): void {
    this.#end()
    this.#peer.close()
  }

  async #welcome(handshake: unknown): Promise<void> {
    const { options, policy, platform, heartbeatMs } = this.#at
    const hello = readHello(handshake, options)
    const principal = await policy.principal(hello.token, hello)
    if (this.#state.kind !== 'opening') return
    const { generation, owners } = await this.#at.clients.admit({ ...hello, principal })
    // It may have been closed, or turned out, meanwhile.
    const state = this.#state as SessionState
    if (state.kind !== 'opening') return
    const { held, turnedOut } = state
    if (turnedOut.has(principal)) return this.#leavePeer()
    const who: Who = { client: hello.client, principal, owners }
    this.#state = { kind: 'open', who, hello, generation }
    this.#members.line.answers = hello.protocol >= ANSWERING
    this.#peer.send('welcome', {
      protocol: PROTOCOL_VERSION,
      now: platform.now(),
      generation,
      principal,
      heartbeatMs,
      pushBytes: bounds.pushBytes,
      owners,
    })
    for (const handle of held) handle()
  }

  /** The one place where messages meet code: whatever happens, the ack holds a named error. */
  #handle(event: unknown, message: unknown, answer: Answer): void {
    try {
      if (this.#state.kind !== 'open') return
      if (this.#isSettling) throw new RefusedError('SHUTTING_DOWN', 'the server stops')
      checkMessage(message)
      this.#route(event, message, answer, this.#state.who)
    } catch (error) {
      answer([this.#failure(error)])
      if (isBlamed(error)) this.#blame(this.#errors)
    }
  }

  #route(event: unknown, message: unknown, answer: Answer, who: Who): void {
    switch (event) {
      case 'push': {
        const push = messages.push.read(message, 'push')
        return this.#inLane(push.object, answer, () => this.#push(push, answer, who))
      }
      case 'join': {
        const join = messages.join.read(message, 'join')
        return this.#inLane(join.object, answer, () => this.#join(join, answer, who))
      }
      case 'remove': {
        const { object } = messages.remove.read(message, 'remove')
        return this.#inLane(object, answer, () => this.#remove(object, answer, who))
      }
      case 'leave': {
        const { object } = messages.leave.read(message, 'leave')
        return this.#inLane(object, answer, () => {
          this.#members.leave(object, who)
          answer(done)
        })
      }
      case 'seen': {
        const seen = messages.seen.read(message, 'seen')
        this.#members.seen(seen, who)
        return answer(done)
      }
      case 'presence':
        return answer(this.#members.hearPresence(message, who))
      case 'auth': {
        const { token } = messages.auth.read(message, 'auth')
        void this.#refresh(token, answer)
        return
      }
      default:
        throw new ProtocolError('UNKNOWN_EVENT', `${cut(event)} is not known here`)
    }
  }

  #inLane(object: ObjectId, answer: Answer, work: () => void | Promise<void>): void {
    const failed = (error: unknown): void => answer([this.#failure(error)])
    this.#lanes.run(object, () => {
      if (this.#state.kind === 'closed') return undefined
      try {
        return work()?.catch(failed)
      } catch (error) {
        return failed(error)
      }
    })
  }

  async #join(join: Join, answer: Answer, who: Who): Promise<void> {
    const { object, cursor, replicas, states, from, heal, was } = join
    this.#joining.add(object)
    try {
      const count = this.#members.countWith(this.#joining)
      await this.#provenOnce()
      if (count > this.#at.limits.joins)
        throw new RefusedError('JOIN_LIMIT', tooMany(this.#at.limits.joins))
      if (
        !(await this.#at.policy.mayRead({ client: who.client, principal: who.principal, object }))
      ) {
        this.#blame(this.#forbidden)
        throw new RefusedError('FORBIDDEN', 'no such object, or it is not yours to read')
      }
      const view = await this.#at.log.join(object, who.client, cursor, replicas, {
        states,
        from,
        heal,
        was,
      })
      if (this.#state.kind !== 'open') return this.#at.log.leave(object, who.client, view.fence)
      const { fence: session, after: _, ...found } = view
      const start = this.#members.enter(join, view, who)
      answer([null, { session, now: this.#at.platform.now(), ...found }])
      start()
    } finally {
      this.#joining.delete(object)
    }
  }

  async #remove(object: ObjectId, answer: Answer, { client, principal }: Who): Promise<void> {
    await this.#provenOnce()
    if (!(await this.#at.policy.mayRemove({ client, principal, object }))) {
      this.#blame(this.#forbidden)
      throw new RefusedError('FORBIDDEN', 'no such object, or it is not yours to remove')
    }
    await this.#at.remove(object)
    answer(done)
  }

  /** Counts an object no more among the joined: a heartbeat tells, and the client joins anew. */
  dismiss(object: ObjectId): void {
    if (!this.#leave(object)) return
    this.#isDismissed = true
    this.beat()
  }

  #leave(object: ObjectId): boolean {
    return this.#state.kind === 'open' && this.#members.leave(object, this.#state.who)
  }

  /** An object is no more: who has joined it is told, and has left it. */
  removed(object: ObjectId): void {
    if (this.#leave(object)) this.#peer.send('removed', { object })
  }

  /** Whoever joins has saved its token: no other copy of its disk may come with an older one (R9). */
  #provenOnce(): Promise<void> {
    this.#proven ??= this.#prove()
    return this.#proven
  }

  async #prove(): Promise<void> {
    if (this.#state.kind !== 'open') return
    try {
      await this.#at.clients.saved(this.#state.who.client, this.#state.generation)
    } catch (error) {
      const failure = this.#failure(error)
      if (failure.code === 'CLIENT_FORKED') this.#end(failure)
      this.#proven = undefined
      throw error
    }
  }

  #push(push: Push, answer: Answer, who: Who): void | Promise<void> {
    const subscription = this.#members.find(push.object)
    if (subscription === undefined) throw new RefusedError('NOT_JOINED', 'join the object first')
    const append = (read: ReadPush): void => this.#append(push, subscription, read, answer)
    const read = this.#at.policy.review(readPush(push), who, push.object)
    return read instanceof Promise ? read.then(append) : append(read)
  }

  #append(push: Push, to: Subscription, read: ReadPush, answer: Answer): void {
    if (this.#state.kind !== 'open') return
    const { object, term, round, prev, session: fence = to.fence } = push
    const { events, texts, refused, failure, failsFrom } = read
    const { client } = this.#state.who
    const item = { object, client, fence, term, round, prev, events, texts, refused }
    const { log, rooms, upkeep } = this.#at
    log.append([failure === undefined ? item : { ...item, failure, failsFrom }]).then(
      ([verdict]) => {
        const { appended } = verdict ?? {}
        const author = appended?.events.length === events.length ? to.author : undefined
        if (appended) {
          rooms.find(object)?.publish(appended, author)
          upkeep.appended(object, appended.seq + appended.events.length - 1)
        }
        this.#answerPush(push.events.length, verdict ?? {}, answer)
      },
      (error: unknown) => answer([this.#failure(error)]),
    )
    if (failure?.code === 'PAYLOAD_TOO_LARGE') this.#blame(this.#errors)
  }

  /**
   * Over-rate delays the answer, and with it the client's next push: nothing is refused. It never
   * comes before what the push has brought: others wait for that, and the echo needs it (R5).
   */
  #answerPush(count: number, { failure }: Verdict, answer: Answer): void {
    const { platform } = this.#at
    const delayMs = this.#events.spend(count, platform.elapsed())
    platform.timer(delayMs, () => answer(failure === undefined ? done : [failure]))
  }

  async #refresh(token: string, answer: Answer): Promise<void> {
    if (this.#state.kind !== 'open') return
    const { hello, who } = this.#state
    try {
      const principal = await this.#at.policy.principal(token, hello)
      if (principal !== who.principal) throw new RefusedError('AUTH', 'this is somebody else')
      answer(done)
    } catch (error) {
      const failure = this.#failure(error)
      answer([failure])
      this.#end(failure)
    }
  }

  #answer(ack: AckCallback | undefined, outcome: Parameters<AckCallback>[0]): void {
    this.#waiting--
    if (this.#state.kind !== 'closed' && typeof ack === 'function') ack(outcome)
    if (this.#waiting === 0) this.#settled?.()
  }

  #failure(error: unknown): Failure {
    return failureOf(error, (bug) => this.#at.platform.report(bug))
  }

  #blame(bucket: Bucket): void {
    if (bucket.spend(1, this.#at.platform.elapsed()) === 0) return
    this.#end({ code: 'RATE_LIMITED', message: 'too many messages were refused' })
  }

  #end(fatal?: Fatal): void {
    const state = this.#state
    if (state.kind === 'closed') return
    this.#state = { kind: 'closed' }
    if (state.kind === 'open') this.#members.leaveAll(state.who)
    this.#settled?.()
    this.#at.ended()
    if (fatal !== undefined) this.#peer.close(fatal)
  }
}

const done: Parameters<AckCallback>[0] = [null, {}]

const tooMany = (joins: number): string =>
  `this is one object more than the ${joins} that one client may have open at a time (limits.joins)`
