import {
  applyEvent,
  canonicalState,
  createObjectState,
  type Event,
  eventReplica,
} from '@react-collab/core'
import type { Rejected } from 'react-collab'
import { nameOfEvent, readName } from './edits.js'
import type { Ack, Holdings } from './reports.js'

/** What is left when everything has come to rest. */
export interface Remains {
  /** The events of each object, in the order of the log. */
  readonly logs: ReadonlyMap<string, readonly Event[]>
  /** What the log itself complained of when it was read. */
  readonly gaps: readonly string[]
  readonly acks: readonly Ack[]
  readonly clients: readonly { readonly name: string; readonly holdings: Holdings }[]
  /** What went wrong in a process that nobody killed. */
  readonly troubles: readonly string[]
}

/** A promise and all cases in which it was broken. */
export interface Finding {
  readonly promise: string
  readonly broken: readonly string[]
}

/** Judges the remains, promise by promise. */
export function judge(remains: Remains): Finding[] {
  const { logs, gaps, acks, clients, troubles } = remains
  const index = indexLogs(logs)
  const rejected = clients.flatMap(({ holdings }) => holdings.rejected)
  const refused = new Set(rejected.map(({ event }) => nameOfEvent(event)))
  return [
    { promise: 'no process ended by itself or reported an error', broken: troubles },
    { promise: 'numbers of the log run 1, 2, 3 … without a gap', broken: gaps },
    { promise: 'every entry is an edit that somebody made, unchanged', broken: index.foreign },
    { promise: 'no edit is in the log twice', broken: index.doubled },
    {
      promise: 'every edit the server acknowledged is in the log at its number',
      broken: lostServer(acks, index.seqs),
    },
    {
      promise: 'every edit that was on disk is in the log or was refused',
      broken: lostLocal(acks, index.seqs, refused),
    },
    {
      promise: 'only what the guard forbids was refused, and nothing both ways',
      broken: wronglyRefused(rejected, index.seqs),
    },
    {
      promise: 'edits of a client are in the log in the order in which it made them',
      broken: disorder(logs),
    },
    {
      promise: 'all clients and a fresh one hold what the log says',
      broken: differences(logs, clients),
    },
  ]
}

interface LogIndex {
  /** Number of each edit, by object and name. */
  readonly seqs: ReadonlyMap<string, number>
  readonly doubled: readonly string[]
  readonly foreign: readonly string[]
}

function indexLogs(logs: Remains['logs']): LogIndex {
  const seqs = new Map<string, number>()
  const doubled: string[] = []
  const foreign: string[] = []
  const writers = new Map<string, string>()
  for (const [object, events] of logs) {
    for (const [i, event] of events.entries()) {
      const name = nameOrComplaint(event, foreign)
      if (name === undefined) continue
      const key = `${object} ${name}`
      if (seqs.has(key)) doubled.push(`${key} at ${seqs.get(key)} and ${i + 1}`)
      seqs.set(key, i + 1)
      const client = readName(name)?.client ?? ''
      const writer = writers.get(eventReplica(event)) ?? client
      writers.set(eventReplica(event), writer)
      if (writer !== client) foreign.push(`${key} came from ${writer}`)
    }
  }
  return { seqs, doubled, foreign }
}

function nameOrComplaint(event: Event, complaints: string[]): string | undefined {
  try {
    return nameOfEvent(event)
  } catch (error) {
    complaints.push(String(error))
    return undefined
  }
}

function lostServer(acks: readonly Ack[], seqs: ReadonlyMap<string, number>): string[] {
  return acks.flatMap((ack) => {
    if (ack.type !== 'server') return []
    const seq = seqs.get(`${ack.object} ${ack.name}`)
    const isThere = seq !== undefined && (ack.seq ?? seq) === seq
    return isThere ? [] : [`${ack.object} ${ack.name}: ${seq ?? 'lost'}, not ${ack.seq}`]
  })
}

function lostLocal(
  acks: readonly Ack[],
  seqs: ReadonlyMap<string, number>,
  refused: ReadonlySet<string>,
): string[] {
  return acks
    .filter(
      ({ type, object, name }) =>
        type === 'local' && !seqs.has(`${object} ${name}`) && !refused.has(name),
    )
    .map(({ object, name }) => `${object} ${name}: lost`)
}

function wronglyRefused(
  rejected: readonly Rejected[],
  seqs: ReadonlyMap<string, number>,
): string[] {
  const seen = new Set<string>()
  return rejected.flatMap(({ object, event, code, message }) => {
    const name = nameOfEvent(event)
    const complaints: string[] = []
    if (message !== 'as asked') complaints.push(`${object} ${name}: ${code}, ${message}`)
    if (seqs.has(`${object} ${name}`)) complaints.push(`${object} ${name}: logged and refused`)
    if (seen.has(name)) complaints.push(`${object} ${name}: refused twice`)
    seen.add(name)
    return complaints
  })
}

function disorder(logs: Remains['logs']): string[] {
  const complaints: string[] = []
  for (const [object, events] of logs) {
    const last = new Map<string, string>()
    for (const event of events) {
      const name = nameOrComplaint(event, [])
      const { client = '', life = 0, number = 0 } = (name && readName(name)) || {}
      const before = readName(last.get(client) ?? '')
      if (before && (before.life > life || (before.life === life && before.number >= number))) {
        complaints.push(`${object}: ${name} after ${last.get(client)}`)
      }
      if (name !== undefined) last.set(client, name)
    }
  }
  return complaints
}

function differences(logs: Remains['logs'], clients: Remains['clients']): string[] {
  const should = [...logs.values()].map((events) => {
    const state = createObjectState()
    for (const event of events) applyEvent(state, event)
    return canonicalState(state)
  })
  return clients.flatMap(({ name, holdings }) =>
    [...logs.keys()].flatMap((object, i) =>
      holdings.states[i] === should[i] ? [] : [`${name} holds something else of ${object}`],
    ),
  )
}
