import {
  applyEvent,
  canonicalState,
  createObjectState,
  type Event,
  eventReplica,
  type ObjectId,
  type ObjectState,
  originOf,
  type Patch,
  type Replica,
  type RowKey,
} from '@react-collab/core'
import type { LogSnapshot } from '@react-collab/server'
import type { Rejected } from 'react-collab/testing'
import { isBranch, rootOf } from './branch-life.js'
import type { Purge, Purges } from './whole-log.js'

/** The log of an object, and what it stands for. */
export interface Log {
  readonly events: readonly Event[]
  readonly purges: readonly Purge[]
  readonly head: number
  readonly state: ObjectState
}

/** An edit that somebody made, and what he was told of it. */
export interface Made {
  readonly by: string
  readonly patches: readonly Patch[]
  /** Its name, once it has one; n is kept for ever, a re-stamping changes only the stamp. */
  name(): string | undefined
  local: boolean
  /** The promise that it is in the log was kept. */
  server: boolean
  refused: boolean
  readonly object: ObjectId
  /** Rows that it writes, and that the log had told its author of. */
  readonly knew: ReadonlySet<string>
  /** The object, or the branch of it, in which it was made. */
  readonly target: string
}

/** All that a run knows of what people did. */
export interface History {
  /** Some disks share their past. */
  readonly hasCopies: boolean
  readonly made: readonly Made[]
  /** Rows of each object that the server has let go of at some time, also in a log that is no more. */
  readonly purged: ReadonlyMap<ObjectId, ReadonlySet<string>>
  /** When they went. */
  readonly purges: Purges
  /**
   * What was made before the log was put back to what it had been; undefined where it never was. Of rows that
   * are missing since nobody knows whether that log had them.
   */
  readonly older: ReadonlySet<Made> | undefined
  /** Whether somebody wrote to a row of somebody else. */
  isForged(patches: Made['patches'], by: string): boolean
  /** What was in the log of an object when it was removed. */
  readonly removed: ReadonlyMap<ObjectId, readonly Event[]>
  /** Refused edits that somebody retried or discarded: their patches, and their names. */
  readonly decided: { readonly patches: ReadonlySet<string>; readonly names: ReadonlySet<string> }
  /** Replicas that copies of a disk write with in place of another. */
  readonly successors: ReadonlyMap<Replica, ReadonlySet<Replica>>
}

/** Names an event by who made it first, its number and its content: it keeps that whoever sends it. */
export function nameOf(event: Event): string {
  const { replica, n, hash } = originOf(event)
  return `${replica}:${n}:${hash}`
}

/** Reads the log of an object as it is committed; throws when its numbers have a gap. */
export function readLog(log: LogSnapshot, object: ObjectId): Event[] {
  const events: Event[] = []
  for (const run of log.get(object)?.runs ?? []) {
    if (run.seq !== events.length + 1) throw new Error(`the log has a gap before ${run.seq}`)
    events.push(...(JSON.parse(run.events) as Event[]))
  }
  return events
}

/** The state that a log stands for, without the rows that were let go of on the way. */
export function fold(events: readonly Event[], purges: readonly Purge[] = []): ObjectState {
  const state = createObjectState()
  goOn(state, events, purges)
  return state
}

/** Applies the entries after `after`, and what was purged meanwhile. */
export function goOn(
  state: ObjectState,
  events: readonly Event[],
  purges: readonly Purge[],
  after = 0,
): void {
  let at = after
  for (const { seq, keys } of purges) {
    if (seq < after || seq > events.length) continue
    for (const event of events.slice(at, seq)) applyEvent(state, event)
    for (const key of keys) state.rows.delete(key)
    at = seq
  }
  for (const event of events.slice(at)) applyEvent(state, event)
}

/** Tells of edits of rows that were let go of which made these again, and not whole. */
function halfRows(
  made: readonly Made[],
  events: readonly Event[],
  purges: readonly Purge[],
): string[] {
  const known = new Map(made.map((edit) => [edit.name(), edit]))
  const state = createObjectState()
  const complaints: string[] = []
  const gone = new Set<string>()
  events.forEach((event, i) => {
    for (const { seq, keys } of purges) {
      if (seq !== i) continue
      for (const key of keys) {
        state.rows.delete(key)
        gone.add(key)
      }
    }
    const edit = known.get(nameOf(event))
    for (const key of edit?.knew ?? []) {
      const isThere = state.rows.has(key as RowKey)
      if (gone.has(key) && !isThere && edit?.object === edit?.target && !isMade(key, event[2]))
        complaints.push(`${nameOf(event)} by ${edit?.by} makes half of ${key}, which was let go of`)
    }
    applyEvent(state, event)
  })
  return complaints
}

const isMade = (key: string, patches: readonly Patch[]): boolean =>
  patches.some(([, row, field]) => row === key && field === '$del') &&
  patches.some(([, row, field]) => row === key && field !== '$del')

const register = ([, row, field]: Patch): string => `${row} ${field}`

/** Tells what became of the edits: each complaint is a broken promise. */
export function judge(
  object: ObjectId,
  history: History,
  events: readonly Event[],
  rejected: readonly Rejected[],
): string[] {
  const { made, decided, isForged } = history
  const own = made.filter((edit) => edit.object === object)
  const refused = rejected.filter((item) => rootOf(item.object) === object)
  const forged = new Set(own.filter((edit) => isForged(edit.patches, edit.by)).map(tagOf))
  return [
    ...judgeLog(own, decided, events),
    ...halfRows(
      own.filter((edit) => history.older?.has(edit) !== true),
      events,
      history.purges.get(object) ?? [],
    ),
    ...judgeRefusals(refused, decided, forged, {
      wasRemoved: history.removed.has(object),
      purged: history.purged.get(object) ?? new Set(),
    }),
    ...judgeEdits(own, history, { events, removed: history.removed.get(object) ?? [] }, refused),
    ...events
      .filter((event) => forged.has(tagOfEvent(event)))
      .map((event) => `${nameOf(event)} is in the log, and writes another's row`),
  ]
}

/** A number is given again when its edit died with its tab, so what it wrote belongs to it. */
const tagOf = (edit: Made): string => `${edit.name()} ${JSON.stringify(edit.patches)}`

const tagOfEvent = (event: Event): string => `${nameOf(event)} ${JSON.stringify(event[2])}`

const isMoved = (event: Event): boolean =>
  event[3]?.o !== undefined && event[3].o[0] !== eventReplica(event)

/** What names texts is another in the log where a copy of a disk sent it, or what it stands on. */
function isSameEdit({ patches }: Made, event: Event): boolean {
  const isNamedAnew = event[3]?.o !== undefined
  const text = (list: readonly Patch[]): string =>
    JSON.stringify(
      isNamedAnew ? list.filter(([kind]) => kind !== '~').map(([, ...to]) => to.slice(0, 2)) : list,
    )
  return text(patches) === text(event[2])
}

/** Hashes that a log keeps of each replica, whatever it lets go. */
const KEPT_HASHES = 512

/** What was long overwritten may come once more from a copy, and change nothing: no trace of it is left. */
function isForgotten(event: Event, last: ReadonlyMap<string, number>): boolean {
  const { replica, n } = originOf(event)
  return (last.get(replica) ?? 0) - n >= KEPT_HASHES && event[2].every(([kind]) => kind === '=')
}

function judgeLog(
  made: readonly Made[],
  decided: History['decided'],
  events: readonly Event[],
): string[] {
  const complaints: string[] = []
  const known = new Map(made.map((edit) => [edit.name(), edit]))
  const last = new Map<string, number>()
  const names = new Set<string>()
  for (const event of events) {
    const name = nameOf(event)
    const replica = eventReplica(event)
    const patches = JSON.stringify(event[2])
    if (event[0] <= (last.get(replica) ?? 0))
      complaints.push(`${name} is in the log twice, or late`)
    if (names.has(name) && !isForgotten(event, last))
      complaints.push(`${name} is in the log twice, by two copies of a disk`)
    names.add(name)
    last.set(replica, event[0])
    const edit = known.get(name)
    if (edit === undefined && !decided.patches.has(patches)) complaints.push(`nobody made ${name}`)
    else if (edit !== undefined && !isSameEdit(edit, event)) complaints.push(`${name} changed`)
    if (writesRefusedRow(event) && !decided.patches.has(patches))
      complaints.push(`${name} is in the log, though it edits a row that was refused`)
    if (asksForIt(event)) complaints.push(`${name} is in the log, though it had to be refused`)
  }
  return complaints
}

/** Only what the server vetoed, and what builds on it, is refused. */
function judgeRefusals(
  rejected: readonly Rejected[],
  decided: History['decided'],
  forged: ReadonlySet<string>,
  { wasRemoved, purged }: { readonly wasRemoved: boolean; readonly purged: ReadonlySet<string> },
): string[] {
  const complaints: string[] = []
  const rows = new Set<string>([...decided.patches].flatMap(rowsOf))
  const isRoot = ({ code }: Rejected): boolean => code !== 'DEPENDS_ON_REFUSED'
  for (const item of rejected.filter(isRoot))
    for (const row of rowsOf(JSON.stringify(item.event[2]))) rows.add(row)
  for (const { code, event, message, object: of } of rejected) {
    const isRight =
      code === 'REFUSED'
        ? asksForIt(event)
        : code === 'NOT_OWNER' || code === 'FORGED_OWNER'
          ? forged.has(tagOfEvent(event))
          : code === 'REMOVED'
            ? wasRemoved
            : code === 'BASE_LOST'
              ? event[2].some(([kind, row]) => kind === '~' || purged.has(row)) ||
                isBranch(of) ||
                wasRemoved
              : code === 'DEPENDS_ON_REFUSED' && event[2].some(([, row]) => rows.has(row))
    if (!isRight) complaints.push(`${nameOf(event)}: refused as ${code}, ${message}`)
  }
  return complaints
}

const rowsOf = (patches: string): string[] =>
  (JSON.parse(patches) as Patch[]).map(([, row]) => row as string)

/** Rows are named by the value that they are created with. */
const writesRefusedRow = (event: Event): boolean =>
  event[2].some(([, row]) => row.includes('refuse%20me'))

/** The app's veto falls on these. */
const asksForIt = (event: Event): boolean => JSON.stringify(event[2]).includes('refuse me')

/** The entries of an object, and those of its earlier lives. */
interface Lives {
  readonly events: readonly Event[]
  readonly removed: readonly Event[]
}

function judgeEdits(
  made: readonly Made[],
  history: History,
  { events, removed }: Lives,
  rejected: readonly Rejected[],
): string[] {
  const { decided } = history
  const complaints: string[] = []
  const gone = new Set(removed.map(nameOf))
  const logged = new Set(events.map(nameOf))
  // What one copy of a disk gave up, as what it stood on was refused, another one may bring later.
  const moved = new Set(events.filter(isMoved).map(nameOf))
  // Of two copies only one may have known an object as it was removed, or a row as a restored log has
  // never let go of it.
  const ofRemoval =
    removed.length > 0 ? ['REMOVED', 'BASE_LOST', 'DEPENDS_ON_REFUSED'] : ['REMOVED']
  const isKnownByOne = ({ code }: Rejected): boolean =>
    history.hasCopies &&
    (ofRemoval.includes(code) || (code === 'BASE_LOST' && history.older !== undefined))
  const parked = new Set(rejected.map((item) => nameOf(item.event)))
  const open = new Set(rejected.filter(isKnownByOne).map((item) => nameOf(item.event)))
  for (const edit of made) {
    const name = edit.name()
    const inLog = name !== undefined && logged.has(name)
    const isParked = name !== undefined && parked.has(name)
    // What comes back with a backup may have been parked when it went.
    if (inLog && isParked && !moved.has(name) && !gone.has(name) && !open.has(name))
      complaints.push(`${edit.by} ${name}: both logged and refused`)
    if (inLog || isParked || isCovered(edit, [...removed, ...events], history)) continue
    if (name !== undefined && gone.has(name)) continue
    if (name !== undefined && decided.names.has(name)) continue
    if (edit.server)
      complaints.push(`${edit.by} ${name}: lost, though it was said to be in the log`)
    else if (edit.local)
      complaints.push(`${edit.by} ${name}: lost, though it was said to be on disk`)
  }
  return complaints
}

/** Left out because one later event of the same writer wrote all that it wrote (R5). */
function isCovered(edit: Made, events: readonly Event[], { successors }: History): boolean {
  const [replica, n] = (edit.name() ?? '').split(':')
  const registers = edit.patches.map(register)
  return events.some((event) => {
    const isOfWriter =
      originOf(event).replica === replica ||
      successors.get(replica as Replica)?.has(eventReplica(event)) === true
    if (!isOfWriter || event[0] <= Number(n)) return false
    const written = new Set(event[2].map(register))
    return registers.every((name) => written.has(name))
  })
}

/** Compares two states; undefined when they are byte-equal. */
export function difference(name: string, is: ObjectState, should: ObjectState): string | undefined {
  const [a, b] = [canonicalState(is), canonicalState(should)]
  if (a === b) return undefined
  let at = 0
  while (a[at] === b[at]) at += 1
  return `${name} differs: …${a.slice(Math.max(0, at - 60), at + 60)}… instead of …${b.slice(Math.max(0, at - 60), at + 60)}…`
}
