/** Wrong input by hand, beside an honest device: a named code, nothing stored, nothing lost. */
import {
  defineSchema,
  type HelloUp,
  object as objectOf,
  owned,
  type Replica,
  shared,
  value,
} from '@react-collab/core'
import type { Authorize } from '@react-collab/server'
import { poolOf } from 'react-collab/testing'
import { beforeEach, describe, expect, it } from 'vitest'
import { type Forger, openForger } from './forger.js'
import { agree, type Device, openDevice, type Station, startStation, textOf, until } from './lab.js'
import { storedBy } from './server-disk.js'

const schema = defineSchema({
  library: objectOf({
    title: value<string>(),
    files: owned({ path: value<string>() }, { by: 'client' }),
    tags: shared({ name: value<string>() }),
  }),
})
const { library } = schema.objects

let station: Station
let honest: Device
let evil: Forger
/** The honest device's file, as it is called and by its key. */
let file: string
let key: string
/** How things stood before anything wrong was sent. */
let before: { stored: unknown; state: string; waiting: string }

const set = (row: string, field: string, to: unknown): unknown => ['=', row, field, to]
const made = (row: string): unknown[] => [set(row, 'path', 'forged'), set(row, '$del', false)]
const honestObject = () => honest.client.peek('object', library)
/** What waits and what was refused, as it is at this moment. */
const outboxOf = ({ client }: Device): string => JSON.stringify(client.outbox)
/** An event of the forger. */
const event = (n: number, ...patches: readonly unknown[]): unknown => [n, evil.stamp(), patches]

/** An honest device with data in the log and an edit that waits; a forger that has joined. */
beforeEach(async () => {
  const authorize: Authorize = ({ client, object, action }) =>
    action === 'read' || client !== 'evil' || object === 'object'
  station = await startStation({ schema, authorize })
  honest = openDevice(station.url, { schema })
  await honest.client.loaded('object')
  const { id } = honestObject().add('files', { path: '/mine' })
  file = id
  key = `files/${file}`
  honestObject().add('tags', { id: 't', name: 'tag' })
  honestObject().change({ title: 'first' })
  await agree([honest])
  evil = await openForger(station.url)
  await evil.join()
  honest.client.setOffline(true)
  await until(() => honest.client.connection.status === 'offline')
  await honestObject().change({ title: 'waits' }).local
  before = await nowIn()
})

async function nowIn() {
  const stored = await storedBy(station)
  return { stored, state: textOf(honest.object()), waiting: outboxOf(honest) }
}

/** Nothing of it is stored or shown; what waits is whole, goes out, and counts. */
async function expectHarmless(): Promise<void> {
  const now = await nowIn()
  expect(now.stored).toEqual(before.stored)
  expect(now.state).toBe(before.state)
  expect(now.waiting).toBe(before.waiting)
  await expectHonestGoesOn()
}

async function expectHonestGoesOn(): Promise<void> {
  const pool = poolOf(honest.client, 'object')
  const stop = pool.subscribe(() => undefined)
  honest.client.setOffline(false)
  const witness = openDevice(station.url, { schema })
  witness.client.peek('object', library)
  await agree([honest, witness])
  for (const { client } of [honest, witness]) {
    const shown = client.peek('object', library)
    expect(shown.get()).toEqual({ title: 'waits' })
    expect(shown.row('files', file)).toMatchObject({ path: '/mine' })
    expect(shown.sorted('files').read()).toHaveLength(1)
    expect(shown.sorted('tags').read()).toEqual([{ id: 't', name: 'tag' }])
  }
  expect(honest.client.outbox).toEqual({ pending: [], rejected: [] })
  await until(
    () => pool.read().clients?.length === 3,
    'it knows itself, the other two, and nobody else',
  )
  stop()
}

/** Who the honest device is, with the token of its next connect. */
const identity = async () => (await honest.client.workshop.desk).store.identity(() => '')

/** The greatest number that the log has of a replica. */
async function loggedBy(writer: string): Promise<number> {
  const { vv } = await evil.join({ replicas: { [writer]: 1 } })
  return vv[writer as Replica] ?? 0
}

/** Connects as somebody; the code for which it is turned away, or ok. */
const turnedAway = (hello: Partial<HelloUp>): Promise<string> =>
  openForger(station.url, hello).then(
    () => 'ok',
    ({ message }: Error) => message,
  )

interface Case {
  readonly title: string
  readonly code: string
  /** Sends it; each answer has to have the code. */
  readonly send: () => Promise<readonly string[]>
}

/** Sends events one by one, each as the first of its replica. */
async function each(...events: readonly unknown[]): Promise<string[]> {
  const codes: string[] = []
  for (const one of events) codes.push(await evil.push([one]))
  return codes
}

const cases: readonly Case[] = [
  {
    title: '[BAD61] 61: a stamp far ahead of the clock',
    code: 'CLOCK_AHEAD',
    send: () => each([1, evil.stamp(Date.now() + 60_000), [set('', 'title', 'forged')]]),
  },
  {
    title: '[BAD61] 61: the last stamp of all',
    code: 'CLOCK_AHEAD',
    send: () => each([1, `zzzzzzzzzzzz${evil.replica}`, [set('', 'title', 'forged')]]),
  },
  {
    title: '[BAD62] 62: a time that is none',
    code: 'BAD_STAMP',
    send: () =>
      each(
        ...[-1, 1.5, 2 ** 48 - 1, 8.64e15 + 1, '1700000000000', null, {}].map((ms) => [
          1,
          ms,
          [set('', 'title', 'forged')],
        ]),
      ),
  },
  {
    title: '[BAD63] 63: a counter that is none',
    code: 'BAD_STAMP',
    send: () =>
      each(
        ...['-01', '1ekg', '00', '0.1', 'ZZZ'].map((counter) => [
          1,
          evil.stamp().slice(0, 9) + counter + evil.replica,
          [set('', 'title', 'forged')],
        ]),
      ),
  },
  {
    title: '[BAD64] 64: the replica of another client',
    code: 'REPLICA_TAKEN',
    async send() {
      const writer = honest.object().replica.writer ?? ''
      const stamp = evil.stamp().slice(0, 12) + writer
      // As a new number, and as one that the log has.
      const sent = [100, 1].map((n) => [n, stamp, [set('', 'title', 'forged')]])
      const [fresh, known] = sent
      const codes = [await evil.push([fresh], { prev: { [writer]: await loggedBy(writer) } })]
      expect(await evil.push([known])).toBe('NUMBER_REUSED')
      return codes
    },
  },
  {
    title: '[BAD65] 65: the client id of another, without its secret',
    code: 'FORGED_CLIENT',
    async send() {
      const { client, generation } = await identity()
      const tries = [{ client }, { client, generation }, { client, secret: '' + client }]
      return Promise.all(tries.map(turnedAway))
    },
  },
  {
    title: '[BAD79] 79: a generation token that had its time',
    code: 'CLIENT_FORKED',
    async send() {
      const { client, secret, generation } = await identity()
      for (const offline of [false, true]) {
        honest.client.setOffline(offline)
        await until(() => honest.client.connection.status === (offline ? 'offline' : 'online'))
        if (!offline) await agree([honest])
      }
      before = await nowIn()
      const token = generation === undefined ? {} : { generation }
      return [
        await turnedAway({ client, secret, ...token }),
        await turnedAway({ client, secret, ...token }),
      ]
    },
  },
  {
    title: '[BAD66] 66: a row made in the name of another',
    code: 'FORGED_OWNER',
    send: () => each(event(1, ...made(key)), event(1, ...made(`${key}2`))),
  },
  {
    title: '[BAD67] 67: an owner changed',
    code: 'NOT_OWNER',
    send: () =>
      each(event(1, set(key, 'owner', evil.owners.client)), event(1, ['x', key, 'owner'])),
  },
  {
    title: '[BAD68] 68: a row of another changed, deleted, restored',
    code: 'NOT_OWNER',
    send: () =>
      each(
        event(1, set(key, 'path', 'forged')),
        event(1, ['x', key, 'path']),
        event(1, ['+', key, 'count', 1]),
        event(1, set(key, '$del', true)),
        event(1, set(key, '$del', false)),
      ),
  },
  {
    title: '[BAD69] 69: an owned row made again as a shared one, and the other way round',
    code: 'ROW_KIND_CONFLICT',
    send: () =>
      each(
        event(1, ...made(`files/${file.slice(file.indexOf('~') + 1)}`)),
        event(1, set(`tags/${file}`, 'name', 'forged')),
        event(1, set(`tags/${evil.owners.client}~t`, '$del', false)),
      ),
  },
  {
    title: '[BAD70] 70: one foreign row inside a batch of own ones',
    code: 'NOT_OWNER',
    send: () =>
      each(
        event(
          1,
          ...Array.from({ length: 50 }, (_, i) =>
            set(`files/${evil.owners.client}~${i}`, 'path', 'own'),
          ),
          set(key, 'path', 'forged'),
        ),
      ),
  },
  {
    title: '[BAD73] 73: numbers out of order',
    code: 'OUT_OF_ORDER',
    send: async () => [
      await evil.push([event(7, set('', 'title', 'forged'))], { prev: { [evil.replica]: 5 } }),
    ],
  },
  {
    title: '[BAD74] 74: a number that is none',
    code: 'BAD_EVENT',
    send: () =>
      each(
        ...[0, -1, 1.5, 2 ** 53, '1'].map((n) => [n, evil.stamp(), [set('', 'title', 'forged')]]),
      ),
  },
  {
    title: '[BAD75] 75: a push to what was not joined',
    code: 'NOT_JOINED',
    send: async () => [
      await evil.push([event(1, set('', 'title', 'forged'))], { object: 'elsewhere' }),
    ],
  },
  {
    title: '[BAD76] 76: a push of one who may only read',
    code: 'FORBIDDEN',
    send: async () => {
      const [, joined] = await evil.ask<{ term: string }>('join', { object: 'other', replicas: {} })
      const { term } = joined as { term: string }
      return [await evil.push([event(1, set('', 'title', 'forged'))], { object: 'other', term })]
    },
  },
  {
    title: '[BAD86] 86: a cursor that is none',
    code: 'BAD_CURSOR',
    send: async () => {
      const codes: string[] = []
      for (const seq of [-1, 1.5, 2 ** 53, '0', null]) {
        const cursor = { term: 'term', seq }
        const [failure] = await evil.ask('join', { object: 'object', cursor, replicas: {} })
        codes.push(failure?.code ?? 'ok')
      }
      return codes
    },
  },
]

describe('refused by name', () => {
  it.each(cases.map((one) => [one.title, one] as const))('%s', async (_, { code, send }) => {
    const codes = await send()
    expect(codes).toEqual(codes.map(() => code))
    await expectHarmless()
  })
})

describe('taken for what it is', () => {
  it('[BAD71] 71: a number that was used, with other content, is refused', async () => {
    expect(await each(event(1, set('tags/t', 'name', 'tag')))).toEqual(['ok'])
    before = { ...before, stored: await storedBy(station) }
    expect(await each(event(1, set('', 'title', 'forged')))).toEqual(['NUMBER_REUSED'])
    await expectHarmless()
  })

  it('[BAD72] 72: the same push 10,000 times is one entry, and one answer', async () => {
    const same = event(1, set('tags/t', 'name', 'tag'))
    expect(await evil.push([same], { round: 0 })).toBe('ok')
    before = { ...before, stored: await storedBy(station) }
    const codes = new Set<string>()
    for (let i = 0; i < 20; i++) {
      const sent = Array.from({ length: 500 }, () => evil.push([same], { round: 0 }))
      for (const code of await Promise.all(sent)) codes.add(code)
    }
    expect(codes).toEqual(new Set(['ok']))
    await expectHarmless()
  })

  it('[BAD79] 79: the token of the next connect, captured and used first, costs the honest device nothing', async () => {
    const { client, secret, generation } = await identity()
    const thief = await openForger(station.url, {
      client,
      secret,
      ...(generation && { generation }),
    })
    await thief.join()
    expect(await turnedAway({ client, secret, ...(generation && { generation }) })).toBe(
      'CLIENT_FORKED',
    )
    honest.client.setOffline(false)
    const witness = openDevice(station.url, { schema })
    witness.client.peek('object', library)
    await agree([honest, witness])
    expect((await identity()).client).not.toBe(client)
    expect(witness.client.peek('object', library).get()).toEqual({ title: 'waits' })
    expect(honestObject().row('files', file)).toMatchObject({ path: '/mine' })
    expect(honest.client.outbox).toEqual({ pending: [], rejected: [] })
  })

  it('[BAD66] 66: an owner id that is bound to another is not given to who claims it', async () => {
    const [owner = ''] = file.split('~')
    const claims = await openForger(station.url, {
      client: 'other',
      owners: { client: owner, principal: `${owner}2` },
    })
    expect(claims.welcome.owners?.client).not.toContain(owner)
    await claims.join()
    expect(await claims.push([[1, claims.stamp(), made(`${key}3`)]])).toBe('FORGED_OWNER')
    expect(await claims.push([[1, claims.stamp(), [set(key, 'path', 'forged')]]])).toBe('NOT_OWNER')
  })

  it('[BAD77] 77: a stamp older than what is stored is taken, and wins nothing', async () => {
    const old = [
      1,
      evil.stamp(Date.now() - 3_600_000),
      [set('', 'title', 'forged'), set('tags/t', 'name', 'x')],
    ]
    expect(await evil.push([old])).toBe('ok')
    await expectHonestGoesOn()
  })

  it('[BAD78] 78: an edit older than a deletion is taken, and what was deleted stays so', async () => {
    honestObject().add('tags', { id: 'gone', name: 'gone' })
    honestObject().remove('tags', 'gone')
    const old = [
      1,
      evil.stamp(Date.now() - 3_600_000),
      [set('tags/gone', 'name', 'x'), set('tags/gone', '$del', false)],
    ]
    expect(await evil.push([old])).toBe('ok')
    await expectHonestGoesOn()
    expect(honestObject().row('tags', 'gone')).toBeUndefined()
  })

  it('[BAD86] 86: a cursor beyond the head, or of another term, is given the state anew', async () => {
    const { term, head } = await evil.join()
    for (const cursor of [
      { term, seq: head + 1 },
      { term, seq: 2 ** 40 },
      { term: 'another', seq: 1 },
    ]) {
      const seen = evil.heard.size
      expect(await evil.join({ cursor })).toMatchObject({ reset: true, head })
      await until(() => evil.heard.size >= Math.max(seen, head), 'all of it came')
      expect([...evil.heard.keys()]).toEqual(Array.from({ length: head }, (_, i) => i + 1))
    }
    expect((await evil.join({ cursor: { term, seq: head } })).reset).toBe(false)
    await expectHarmless()
  })
})
