import type { PoolMember } from '@react-collab/core'
import { publicName } from '../public-name.js'
import type { Who } from '../session-state.js'
import type { StoredClient } from './pool-store.js'

/** One connection, as the clients of its objects are looked at. */
export interface PoolLine {
  /** When a message came last, ms since the Unix epoch. */
  readonly heardAt: number
  /** Its client answers every heartbeat: one that does not is not there. */
  readonly answers: boolean
}

/** A client of the object. */
interface Member extends StoredClient {
  readonly name: ReturnType<typeof publicName>
  principal: string
  seenAt: number
  syncedAt: number | undefined
  seq: number | undefined
  /** Its newest connection, as long as that is there. */
  line: PoolLine | undefined
  /** What `heardAt` was at the last heartbeat, and how many have gone by since. */
  heardAt: number
  silentBeats: number
}

/** Heartbeats without a word after which a client is not connected, whatever its socket says. */
const SILENT_BEATS = 4
/** How far behind what is told and kept of a client that is connected may be. */
const REFRESH_MS = 60_000
/** Who was not heard of for 400 days is forgotten. */
const FORGET_MS = 400 * 86_400_000
/** Of more clients those are forgotten that were not heard of for longest. */
const MOST_MEMBERS = 10_000

/** All clients of an object: when each was last there, and how far it has the log. */
export class Pool {
  readonly #members = new Map<string, Member>()
  /** Called when there is something to tell. */
  readonly #changed: () => void
  #news = new Set<string>()
  #unsaved = new Set<string>()
  /** Those who were forgotten, by the name that others know. */
  #gone = new Set<string>()
  #refreshedAt = -Infinity

  constructor(changed: () => void) {
    this.#changed = changed
  }

  get size(): number {
    return this.#members.size
  }

  /** Takes what was kept of those who have not come yet. */
  restore(stored: readonly StoredClient[]): void {
    for (const one of stored) {
      const here = this.#members.get(one.client)
      if (here === undefined) this.#add(one)
      else here.syncedAt ??= one.syncedAt
    }
  }

  /** A client has come in, which has the log as far as `seq`; its older connection counts no more. */
  enter(line: PoolLine, who: Omit<Who, 'owners'>, seq: number | undefined, head: number): void {
    const { client, principal } = who
    const { syncedAt } = this.#members.get(client) ?? {}
    const member = this.#add({ client, principal, seenAt: line.heardAt, syncedAt, seq })
    Object.assign(member, { line, heardAt: line.heardAt })
    if (seq !== undefined && seq >= head) member.syncedAt = line.heardAt
    this.#note(member)
  }

  /** A client has gone, unless it has come again on another line. */
  leave(line: PoolLine, client: string): void {
    const member = this.#members.get(client)
    if (member?.line !== line) return
    member.seenAt = seenAtOf(member)
    member.line = undefined
    this.#note(member)
  }

  /** A client tells how far it has the log, of which `head` was published. */
  seen(line: PoolLine, client: string, seq: number, head: number): void {
    const member = this.#members.get(client)
    if (member?.line !== line) return
    if (seq >= head) member.syncedAt = line.heardAt
    const isNew = member.seq !== Math.min(seq, head) || !isConnected(member)
    member.seq = Math.min(seq, head)
    member.silentBeats = 0
    if (isNew) this.#note(member)
  }

  /** Looks at who is silent; now and then, at who is to be forgotten. */
  beat(now: number): void {
    for (const member of this.#members.values()) this.#listen(member)
    const since = now - this.#refreshedAt
    if (since >= 0 && since < REFRESH_MS) return
    this.#refreshedAt = now
    for (const member of this.#members.values()) {
      if (isConnected(member)) this.#note(member)
      else if (now - seenAtOf(member) > FORGET_MS) this.#forget(member)
    }
    const byAge = [...this.#members.values()].filter(({ line }) => line === undefined)
    byAge.sort((a, b) => a.seenAt - b.seenAt)
    for (const member of byAge.slice(0, Math.max(0, this.size - MOST_MEMBERS))) this.#forget(member)
  }

  /** The least seq that all have who are not stale; undefined when there are none. */
  acknowledged(now: number, staleAfterMs: number): number | undefined {
    let least: number | undefined
    for (const member of this.#members.values()) {
      if (!isConnected(member) && now - seenAtOf(member) > staleAfterMs) continue
      least = Math.min(least ?? Infinity, member.seq ?? 0)
    }
    return least
  }

  /** All of it, as others are told. */
  get whole(): readonly PoolMember[] {
    return [...this.#members.values()].map(memberOf)
  }

  /** What has changed since the last time. */
  takeNews(): { readonly clients: readonly PoolMember[]; readonly gone: readonly string[] } {
    const clients = this.#named(this.#news).map(memberOf)
    const gone = [...this.#gone]
    this.#news = new Set()
    this.#gone = new Set()
    return { clients, gone }
  }

  /** Whether all is kept that is known. */
  get isSaved(): boolean {
    return this.#unsaved.size === 0
  }

  /** Ids of clients of which there is something to keep, or to keep no longer. */
  takeUnsaved(): readonly string[] {
    const unsaved = [...this.#unsaved]
    this.#unsaved = new Set()
    return unsaved
  }

  /** What `takeUnsaved` has given could not be kept. */
  notSaved(clients: readonly string[]): void {
    for (const client of clients) this.#unsaved.add(client)
  }

  /** What there is to keep of a client; undefined of one that was forgotten. */
  stored(client: string): StoredClient | undefined {
    const member = this.#members.get(client)
    if (member === undefined) return undefined
    const { principal, syncedAt, seq } = member
    return { client, principal, seenAt: seenAtOf(member), syncedAt, seq }
  }

  #add(stored: StoredClient): Member {
    const name = publicName(stored)
    const member: Member = { ...stored, name, line: undefined, heardAt: 0, silentBeats: 0 }
    this.#members.set(stored.client, member)
    return member
  }

  #listen(member: Member): void {
    const { line } = member
    if (line === undefined) return
    const wasConnected = isConnected(member)
    member.silentBeats = line.heardAt === member.heardAt ? member.silentBeats + 1 : 0
    member.heardAt = line.heardAt
    if (isConnected(member) !== wasConnected) this.#note(member)
  }

  #forget({ client, name }: Member): void {
    this.#members.delete(client)
    this.#news.delete(client)
    this.#gone.add(name.client)
    this.#unsaved.add(client)
    this.#changed()
  }

  #note({ client, name }: Member): void {
    this.#news.add(client)
    this.#unsaved.add(client)
    this.#gone.delete(name.client)
    this.#changed()
  }

  #named(clients: ReadonlySet<string>): Member[] {
    return [...clients].flatMap((client) => this.#members.get(client) ?? [])
  }
}

const isConnected = ({ line, silentBeats }: Member): boolean =>
  line !== undefined && (!line.answers || silentBeats <= SILENT_BEATS)

const seenAtOf = ({ line, seenAt }: Member): number => Math.max(seenAt, line?.heardAt ?? 0)

function memberOf(member: Member): PoolMember {
  const { name, seq, syncedAt } = member
  const told = { ...name, seenAt: seenAtOf(member), connected: isConnected(member) }
  return { ...told, ...(syncedAt !== undefined && { syncedAt }), ...(seq !== undefined && { seq }) }
}
