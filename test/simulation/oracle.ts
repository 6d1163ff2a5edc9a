import {
  applyEvent,
  canonicalState,
  createObjectState,
  type Event,
  eventReplica,
  type ObjectId,
  type ObjectState,
  type Patch,
} from '@react-collab/core'
import type { LogSnapshot } from '@react-collab/server'
import type { Rejected } from 'react-collab/testing'

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
}

/** Names an event by who made it and its number. */
export const nameOf = (event: Event): string => `${eventReplica(event)}:${event[0]}`

/** Reads the log of an object as it is committed; throws when its numbers have a gap. */
export function readLog(log: LogSnapshot, object: ObjectId): Event[] {
  const events: Event[] = []
  for (const run of log.get(object)?.runs ?? []) {
    if (run.seq !== events.length + 1) throw new Error(`the log has a gap before ${run.seq}`)
    events.push(...(JSON.parse(run.events) as Event[]))
  }
  return events
}

/** The state that a log stands for. */
export function fold(events: readonly Event[]): ObjectState {
  const state = createObjectState()
  for (const event of events) applyEvent(state, event)
  return state
}

const register = ([, row, field]: Patch): string => `${row} ${field}`

/** Tells what became of the edits: each complaint is a broken promise. */
export function judge(
  made: readonly Made[],
  events: readonly Event[],
  rejected: readonly Rejected[],
): string[] {
  return [...judgeLog(made, events), ...judgeEdits(made, events, rejected)]
}

function judgeLog(made: readonly Made[], events: readonly Event[]): string[] {
  const complaints: string[] = []
  const known = new Map(made.map((edit) => [edit.name(), edit]))
  const last = new Map<string, number>()
  for (const event of events) {
    const name = nameOf(event)
    const replica = eventReplica(event)
    if (event[0] <= (last.get(replica) ?? 0))
      complaints.push(`${name} is in the log twice, or late`)
    last.set(replica, event[0])
    const edit = known.get(name)
    if (edit === undefined) complaints.push(`nobody made ${name}`)
    else if (JSON.stringify(edit.patches) !== JSON.stringify(event[2]))
      complaints.push(`${name} changed`)
  }
  return complaints
}

function judgeEdits(
  made: readonly Made[],
  events: readonly Event[],
  rejected: readonly Rejected[],
): string[] {
  const complaints: string[] = []
  const logged = new Set(events.map(nameOf))
  const parked = new Map(rejected.map((item) => [nameOf(item.event), item]))
  for (const edit of made) {
    const name = edit.name()
    const inLog = name !== undefined && logged.has(name)
    const refusal = name === undefined ? undefined : parked.get(name)
    if (inLog && refusal !== undefined)
      complaints.push(`${edit.by} ${name}: both logged and refused`)
    if (refusal !== undefined && !mayBeRefused(refusal)) {
      complaints.push(`${edit.by} ${name}: refused as ${refusal.code}, ${refusal.message}`)
    }
    if (inLog || refusal !== undefined || isCovered(edit, events)) continue
    if (edit.server)
      complaints.push(`${edit.by} ${name}: lost, though it was said to be in the log`)
    else if (edit.local)
      complaints.push(`${edit.by} ${name}: lost, though it was said to be on disk`)
  }
  return complaints
}

const mayBeRefused = ({ code, event }: Rejected): boolean =>
  code === 'DEPENDS_ON_REFUSED' || JSON.stringify(event[2]).includes('refuse me')

/** Left out because one later event of the same writer wrote all that it wrote (R5). */
function isCovered(edit: Made, events: readonly Event[]): boolean {
  const [replica, n] = (edit.name() ?? '').split(':')
  const registers = edit.patches.map(register)
  return events.some((event) => {
    if (eventReplica(event) !== replica || event[0] <= Number(n)) return false
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
