import {
  type Cursor,
  hashText,
  type HashedNumber,
  type ObjectId,
  type Replica,
} from '@react-collab/core'
import { type MovedEvent, OriginIndex } from './origins.js'

/** A term and the seq of its first entry. */
export type Term = readonly [term: string, firstSeq: number]

/** A term that has ended, and the seqs of its first and last entry. */
export type EndedTerm = readonly [term: string, firstSeq: number, lastSeq: number]

/** What the log knows of one replica of an object. */
export interface Writer {
  readonly client: string
  /** The greatest n taken. */
  n: number
  /** The greatest n on disk. */
  durableN: number
  /** Hashes by n, of all that were logged from `recentFrom` on. */
  recent: Map<number, string>
  recentFrom: number
  /** Of numbers up to this one some hashes are gone: whatever has one is a duplicate. */
  forgotten: number
}

/** An object's head in memory: what judging the next push needs. */
export interface Head {
  /** The last seq given. */
  seq: number
  /** The last seq on disk. */
  durableSeq: number
  /** What will be appended next has this term. */
  readonly term: string
  /** Terms with entries, by rising seq; the last may be `term`. */
  terms: Term[]
  greatestMs: number
  readonly writers: Map<Replica, Writer>
  /** Terms of the object's earlier lives, which ended when it was removed. */
  readonly removedTerms: ReadonlySet<string>
  readonly origins: OriginIndex
  /** How often it has begun anew. */
  readonly lives: number
  /** Terms that ended as rows were purged. */
  readonly purged: readonly EndedTerm[]
}

/** A replica as it is stored. */
export interface StoredWriter {
  readonly replica: Replica
  readonly client: string
  readonly n: number
  /** The greatest number whose hash is gone. */
  readonly forgotten: number
}

/** A head as it is stored. */
export interface StoredHead {
  readonly seq: number
  /** Entries up to this one are in the rows. */
  readonly compacted: number
  /** Entries up to this one are gone. */
  readonly floor: number
  readonly greatestMs: number
  readonly terms: readonly Term[]
  readonly writers: readonly StoredWriter[]
  /** Present where the object was removed, or purged, before. */
  readonly removal?: Removal | undefined
  /** Events that were logged under another replica, oldest first. */
  readonly origins?: readonly MovedEvent[]
}

/** What is left of an object that was removed; one that was purged has begun anew, too. */
export interface Removal {
  /** How often it was either. */
  readonly count: number
  /** The last terms of all that was removed. */
  readonly terms: readonly string[]
  /** Terms of this life that ended as rows were purged; present where any did. */
  readonly purged?: readonly EndedTerm[] | undefined
}

const keptTerms = 256
/** Hashes of a replica that stay in memory. */
const keptHashes = 256

/**
 * Names the term of an object in one opening of the log.
 *
 * It follows from the opening's random id, so that a head that was evicted and comes back keeps
 * its term; an object that was removed or purged meanwhile has another one.
 */
export const termOf = (opening: string, object: ObjectId, lives: number): string =>
  hashText(lives === 0 ? `${opening}/${object}` : `${opening}/${object}/${lives}`)

/** Makes a head of what is stored; nothing stored is an empty object. */
export function openHead(stored: StoredHead | undefined, term: string): Head {
  const seq = stored?.seq ?? 0
  const writers = (stored?.writers ?? []).map(
    ({ replica, client, n, forgotten }): [Replica, Writer] => [
      replica,
      { client, n, durableN: n, recent: new Map(), recentFrom: n + 1, forgotten },
    ],
  )
  return {
    seq,
    durableSeq: seq,
    term,
    terms: [...(stored?.terms ?? [])],
    greatestMs: stored?.greatestMs ?? 0,
    writers: new Map(writers),
    removedTerms: new Set(stored?.removal?.terms),
    origins: new OriginIndex(stored?.origins),
    lives: stored?.removal?.count ?? 0,
    purged: stored?.removal?.purged ?? [],
  }
}

/** What is left of an object when it is removed. */
export const removalOf = (
  before: Removal | undefined,
  stored: readonly Term[],
  term: string,
): Removal => ({
  count: (before?.count ?? 0) + 1,
  terms: [...(before?.terms ?? []), ...stored.map(([name]) => name), term].slice(-keptTerms),
})

/** What is left of an object when it is purged after entry `seq`: that it has begun anew, and after what. */
export const purgedOf = (
  before: Removal | undefined,
  terms: readonly Term[],
  seq: number,
): Removal => ({
  count: (before?.count ?? 0) + 1,
  terms: before?.terms ?? [],
  purged: [...(before?.purged ?? []), ...endedOf(terms, seq)].slice(-keptTerms),
})

const endedOf = (terms: readonly Term[], seq: number): EndedTerm[] =>
  terms.map(([term, first], i) => [term, first, (terms[i + 1]?.[1] ?? seq + 1) - 1])

/** Registers the head's term with its first entry; tells whether that is news. */
export function startTerm(head: Head): boolean {
  if (head.terms.at(-1)?.[0] === head.term) return false
  head.terms = [...head.terms, [head.term, head.seq + 1] as const].slice(-keptTerms)
  return true
}

/** Tells whether a cursor names something that this log gave out (R2). */
export function isValidCursor(head: Head, cursor: Cursor): boolean {
  if (cursor.seq === 0) return true
  const { terms, durableSeq } = head
  const index = terms.findIndex(([term]) => term === cursor.term)
  const first = terms[index]
  if (first === undefined) return cursor.term === head.term && cursor.seq === durableSeq
  const end = (terms[index + 1]?.[1] ?? durableSeq + 1) - 1
  return cursor.seq >= first[1] - 1 && cursor.seq <= end
}

/**
 * Tells whether a cursor named something that this log gave out before rows were purged: what was there then,
 * and is not now, is gone for good.
 */
export const isBeforePurge = ({ purged }: Head, { term, seq }: Cursor): boolean =>
  purged.some(([ended, first, last]) => ended === term && seq >= first - 1 && seq <= last)

/** Adds hashes from disk below those in memory. */
export function addHashes(writer: Writer, from: number, hashes: readonly HashedNumber[]): void {
  const older = hashes.filter(([n]) => n < writer.recentFrom)
  writer.recent = new Map([...older, ...writer.recent])
  writer.recentFrom = Math.min(from, writer.recentFrom)
}

/** Forgets old hashes that are on disk. */
export function trimHashes(writer: Writer): void {
  for (const n of writer.recent.keys()) {
    if (writer.recent.size <= keptHashes || n > writer.durableN) return
    writer.recent.delete(n)
    writer.recentFrom = n + 1
  }
}

/** The last durable entry, and the term of what comes next. */
export const cursorOf = (head: Head): Cursor => ({ term: head.term, seq: head.durableSeq })
