import type { Pool, PoolMember } from '@react-collab/core'

/** A client of an object: a browser, or a process. */
export interface PoolClient {
  /** Names it, the same for everybody; a `Peer` of presence has it as `client`. */
  readonly id: string
  /** Who the server's `authenticate` said this was; without it, the same as `id`. */
  readonly principal: string
  /** It is the one that this code runs in. */
  readonly isMe: boolean
  /** When it was last heard of, ms since the Unix epoch; of one that is connected, to a minute. */
  readonly lastSeen: number
  /** When it last had all that there was; undefined when it never had. */
  readonly lastSynced: number | undefined
  /** It has the object open now. */
  readonly connected: boolean
  /** It was not heard of for so long that the server keeps nothing back for it. */
  readonly stale: boolean
  /** How many entries it does not have that others have; undefined when it has not told. */
  readonly behind: number | undefined
}

/** The clients of an object as they lie on disk. */
export interface StoredPool {
  /** When it was told, ms since the Unix epoch. */
  readonly knownAt: number
  readonly staleAfterMs: number | undefined
  readonly clients: readonly PoolMember[]
}

/** From where a list is looked at. */
export interface PoolSight {
  /** The name of this client. */
  readonly me: string
  /** How far this client has the log; undefined while it has nothing of it. */
  readonly here?: number | undefined
  /** What is known is so at this moment. */
  readonly isLive: boolean
  /** Ms since the Unix epoch, as the server counts. */
  readonly now: number
}

const nobody: readonly PoolClient[] = Object.freeze([])

/**
 * What is known of the clients of one object.
 *
 * What did not change keeps its identity, a client and the list.
 */
export class PoolList {
  readonly #members = new Map<string, PoolMember>()
  readonly #shown = new Map<string, PoolClient>()
  #list = nobody
  #staleAfterMs: number | undefined
  /** What the list was made for last. */
  #sight = ''
  #version = 0
  #knownAt: number | undefined

  /** When it was last told of; undefined when nothing is known. */
  get knownAt(): number | undefined {
    return this.#knownAt
  }

  /** Takes what the server tells; false for news of a list that is not known. */
  receive({ clients, whole, gone = [], staleAfterMs }: Pool, at: number): boolean {
    if (whole === true) this.#members.clear()
    else if (this.#knownAt === undefined) return false
    for (const member of clients) this.#members.set(member.client, member)
    for (const client of gone) this.#members.delete(client)
    this.#version += 1
    this.#staleAfterMs = staleAfterMs ?? this.#staleAfterMs
    this.#knownAt = at
    return true
  }

  /** Takes what was kept, unless something newer is known. */
  restore({ knownAt, staleAfterMs, clients }: StoredPool, object: Pool['object']): void {
    if (this.#knownAt !== undefined) return
    this.receive({ object, whole: true, clients, staleAfterMs }, knownAt)
  }

  /** All that is known, as the server tells it. */
  get stored(): StoredPool | undefined {
    if (this.#knownAt === undefined) return undefined
    const clients = [...this.#members.values()]
    return { knownAt: this.#knownAt, staleAfterMs: this.#staleAfterMs, clients }
  }

  /** The clients, in the order in which the server tells them. */
  view(sight: PoolSight): readonly PoolClient[] {
    // Who is stale does not change by the second.
    const { me, isLive, now } = sight
    const here = this.#here(sight)
    const name = `${this.#version} ${me} ${isLive} ${Math.floor(now / 60_000)} ${here}`
    if (name !== this.#sight) this.#make({ ...sight, here })
    this.#sight = name
    return this.#list
  }

  /**
   * How far this client is, as its entry tells: who goes offline has told of less than it has. As long as
   * there is a line, all entries are those that everybody sees.
   */
  #here({ me, isLive, here }: PoolSight): number | undefined {
    const told = this.#members.get(me)?.seq
    return isLive ? (told ?? here) : (here ?? told)
  }

  #make(sight: PoolSight): void {
    let head = 0
    for (const { seq = 0 } of this.#members.values()) head = Math.max(head, seq)
    const list = [...this.#members.values()].map((member) => this.#show(member, head, sight))
    for (const id of this.#shown.keys()) if (!this.#members.has(id)) this.#shown.delete(id)
    const isSame =
      list.length === this.#list.length && list.every((one, i) => one === this.#list[i])
    if (!isSame) this.#list = Object.freeze(list)
  }

  #show(member: PoolMember, head: number, { me, here, isLive, now }: PoolSight): PoolClient {
    const { client: id, principal, seenAt: lastSeen, syncedAt: lastSynced } = member
    const isMe = id === me
    const seq = isMe ? here : member.seq
    const connected = isLive && member.connected
    const stale = !member.connected && now - lastSeen > (this.#staleAfterMs ?? Infinity)
    const behind = seq === undefined ? undefined : Math.max(0, head - seq)
    const next = { id, principal, isMe, lastSeen, lastSynced, connected, stale, behind }
    const before = this.#shown.get(id)
    if (before !== undefined && isSame(before, next)) return before
    this.#shown.set(id, Object.freeze(next))
    return next
  }
}

const isSame = (a: PoolClient, b: PoolClient): boolean =>
  (Object.keys(a) as (keyof PoolClient)[]).every((key) => a[key] === b[key])
