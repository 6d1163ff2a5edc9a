/** Hand-made packets: each gets a named error or is closed, and disturbs nobody. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createMemoryEventLog } from './log/memory-event-log.js'
import {
  type Client,
  type Loopback,
  makeEvent,
  reported,
  startServer,
} from './loopback.contract.js'

let loopback: Loopback
let bad: Client
let good: Client

beforeEach(async () => {
  const log = createMemoryEventLog({ now: Date.now, random: Math.random })
  loopback = await startServer({ log })
  bad = loopback.connect()
  good = loopback.connect()
  await Promise.all([bad.join(), good.join()])
})

/** Whatever was sent, the server is up, has stored nothing of it and serves others. */
afterEach(async () => {
  await good.write(1)
  await good.until(1)
  expect(good.seen()).toBe(1)
  expect(reported).toEqual([])
})

const nested = (levels: number, inner: unknown = 1): unknown => {
  let value = inner
  for (let i = 0; i < levels; i++) value = [value]
  return value
}
const nestedObject = (levels: number): unknown => {
  let value: unknown = 1
  for (let i = 0; i < levels; i++) value = { a: value }
  return value
}
const parse = (text: string): unknown => JSON.parse(text)
const raw = (packet: string): void => {
  bad.socket.io.engine.write(packet)
}

let round = 0
beforeEach(() => {
  round = 0
})

/** The refusals of a push of one event with these patches. */
async function refusals(...patches: readonly unknown[]): Promise<(string | undefined)[]> {
  const [n, stamp] = makeEvent(bad.replica, 1)
  const [failure] = await bad.ask('push', bad.pushOf([[n, stamp, patches]], { round: round++ }))
  return (failure?.refused ?? []).map(({ code }) => code)
}
const ofValue = (value: unknown) => refusals(['=', '', 'x', value])
const ofField = (field: unknown) => refusals(['=', '', field, 1])
const ofRow = (row: unknown) => refusals(['=', row, 'x', 1])

describe('packets', () => {
  const closing: readonly [string, string][] = [
    ['1: no Socket.IO packet', '9999999'],
    ['2: the reserved event disconnect', '2["disconnect"]'],
    ['2: the reserved event newListener', '2["newListener",1]'],
    ['6: eleven attachments', '511-["push",{}]'],
    ['7: an attachment that is no number', '51-["push",{"_placeholder":true,"num":"splice"}]'],
  ]
  it.each(closing)('[SES1] %s closes the connection', async (_, packet) => {
    raw(packet)
    if (packet.startsWith('51-')) bad.socket.io.engine.write(new Uint8Array(3).buffer as never)
    expect(await bad.closed).toMatch(/transport|server|parse/)
  })

  const unknown: readonly [string, string][] = [
    ['3: __proto__', '21["__proto__",1]'],
    ['4: error', '21["error",1]'],
    ['5: a number', '21[1,2]'],
    ['an event of later versions', '21["teleport",{}]'],
    ['constructor', '21["constructor",{}]'],
  ]
  it.each(unknown)('[SES2] %s is an unknown event', async (_, packet) => {
    const answer = new Promise((resolve) => {
      bad.socket.io.on('packet', ({ type, data }) => type === 3 && resolve(data[0][0].code))
    })
    raw(packet)
    expect(await answer).toBe('UNKNOWN_EVENT')
  })

  it('[SES2] 9, 10: acks that nobody asked for and other namespaces are passed over', async () => {
    for (let i = 0; i < 20; i++) raw('3999["x"]')
    for (let i = 0; i < 50; i++) raw('0/ns1,')
    expect(await bad.codeOf('join', { object: 'p', replicas: {} })).toBe('ok')
  })

  it('[SES2] 11: a push without a callback is handled as any other', async () => {
    const other = loopback.connect()
    await other.join('other')
    await bad.join('other')
    bad.socket.emit('push', bad.pushOf([makeEvent(bad.replica, 1)], {}, 'other'))
    await other.until(1, 'other')
  })

  it('[SES2] 12, 13: anything but one message is a bad request', async () => {
    for (const args of [[null], ['s'], [42], [[]], [], [true], Array(1000).fill({})]) {
      for (const event of ['push', 'join', 'leave', 'seen', 'auth']) {
        const other = loopback.connect()
        expect([event, args.length, await other.codeOf(event, ...args)]).toEqual([
          event,
          args.length,
          'BAD_REQUEST',
        ])
        other.socket.disconnect()
      }
    }
  })

  it('[SES3] 8: binary is refused', async () => {
    expect(await bad.codeOf('push', bad.pushOf([new Uint8Array(10)]))).toBe('BAD_VALUE')
    expect(await bad.codeOf('join', { object: new Uint8Array(10), replicas: {} })).toBe('BAD_VALUE')
  })

  it('[SES4] 14: a push over the limit has its name, a packet far over it is cut off', async () => {
    const events = [1, 2, 3].map((n) =>
      makeEvent(bad.replica, n, Array(40).fill('x'.repeat(1_500))),
    )
    const all = [...events, ...[4, 5].map((n) => makeEvent(bad.replica, n, 'x'.repeat(60_000)))]
    expect(await bad.codeOf('push', bad.pushOf(all))).toBe('PAYLOAD_TOO_LARGE')
    bad.socket.emit('push', { events: ['x'.repeat(600_000)] })
    expect(await bad.closed).toMatch(/transport/)
  })

  it('[SES4] 20: a push of too many events', async () => {
    const events = Array.from({ length: 4097 }, () => 1)
    expect(await bad.codeOf('push', bad.pushOf(events))).toBe('BATCH_TOO_LARGE')
  })

  it('[SES3] 17: depth is measured before anything walks or repeats a message', async () => {
    const bomb = `${'['.repeat(5_000)}${']'.repeat(5_000)}`
    for (const packet of [
      `["push",${bomb}]`,
      `["push",{"object":${bomb}}]`,
      `["push",{"object":"o","term":"t","round":0,"prev":{},"events":[${bomb}]}]`,
      `["join",{"object":"o","replicas":${bomb}}]`,
      `["seen",{"x":${bomb}}]`,
      `["auth",{"token":${bomb}}]`,
      `["push",${'['.repeat(120_000)}${']'.repeat(120_000)}]`,
    ]) {
      const other = loopback.connect()
      await other.opened
      const answer = new Promise((resolve) => {
        other.socket.io.on('packet', ({ type, data }) => type === 3 && resolve(data[0][0].code))
      })
      other.socket.io.engine.write(`21${packet}`)
      expect([packet.slice(0, 30), await answer]).toEqual([packet.slice(0, 30), 'TOO_DEEP'])
    }
  })

  it('[SES2] 21: a wrong event is named by its index, and those before it are taken', async () => {
    const other = loopback.connect()
    await other.join('other')
    const events = [1, 2, 3, 4].map((n) => makeEvent(other.replica, n))
    const [failure] = await other.ask(
      'push',
      other.pushOf([...events.slice(0, 2), 7, events[3]], {}, 'other'),
    )
    expect(failure).toMatchObject({ code: 'BAD_EVENT', refused: [{ index: 2 }] })
    expect((await loopback.connect().join('other')).head).toBe(2)
  })
})

describe('names', () => {
  const reserved = ['__proto__', 'constructor', 'prototype', '$mine']
  it.each(reserved)('[SES2] 23-25: the field %s is reserved', async (name) => {
    expect(await ofField(name)).toEqual(['RESERVED_NAME'])
  })

  it('[SES2] 24, 25: rows and collections have no reserved names', async () => {
    for (const row of ['__proto__/x', 'x/__proto__', 'constructor/x', 'x/prototype']) {
      expect([row, await ofRow(row)]).toEqual([row, ['RESERVED_NAME']])
    }
  })

  it('[SES2] 26: names that mean something to JavaScript are data', async () => {
    const other = loopback.connect()
    await other.join('other')
    const names = ['toString', 'hasOwnProperty', 'valueOf', 'toJSON', 'then']
    const events = names.map((name, i) => {
      const [n, stamp] = makeEvent(other.replica, i + 1)
      return [n, stamp, [['=', `${name}/${name}`, name, { [name]: 1 }]]]
    })
    expect(await other.codeOf('push', other.pushOf(events, {}, 'other'))).toBe('ok')
    await other.until(5, 'other')
    expect(other.entries.flatMap((one) => one.events)).toEqual(events)
  })

  const objects: readonly unknown[] = [
    '',
    'x'.repeat(129),
    'x'.repeat(100_000),
    `${'a'.repeat(50_000)}!`,
    '../../etc/passwd',
    '..\\x',
    '%2e%2e%2f',
    '.',
    'a/b',
    'a\u0000b',
    'a\ud800b',
    'e\u0301',
    '\u202eabc',
    '\u200b',
    '\ufeff',
    'x\r\nINFO admin',
    "' OR 1=1;--",
    'obj*',
    'a#b',
    'a:b',
    '__proto__',
    123,
    ['a'],
    {},
    true,
    null,
  ]
  it('[SES2] 27-39: names no object, and is not repeated at length', async () => {
    for (const object of objects) {
      const other = loopback.connect()
      const [failure] = await other.ask('join', { object, replicas: {} })
      expect([object, failure?.code]).toEqual([object, 'BAD_ID'])
      expect(failure?.message.length).toBeLessThan(200)
      expect(failure?.message).not.toMatch(/[\r\n]/)
      other.socket.disconnect()
    }
  })

  it("[SES2] 37: another socket's own channel cannot be reached as an object", async () => {
    await bad.join(good.socket.id)
    await bad.write(1, good.socket.id)
    expect(good.entries).toEqual([])
  })
})

describe('values', () => {
  const refused: readonly [string, unknown, string][] = [
    ['42: 1e309 is no number of JSON', parse('1e309'), 'BAD_VALUE'],
    ['48: an integer that JSON changes', parse('9007199254740993'), 'UNSAFE_INTEGER'],
    ['49: half a surrogate pair', 'a\ud800', 'BAD_UNICODE'],
    ['49: the other half', '\udc00', 'BAD_UNICODE'],
    ['57: the key __proto__', parse('{"__proto__":{"isAdmin":true}}'), 'RESERVED_NAME'],
    ['58: 65,537 bytes', 'x'.repeat(65_537), 'VALUE_TOO_LARGE'],
    ['17: 33 levels of arrays', nested(33), 'TOO_DEEP'],
    ['18: 33 levels of objects', nestedObject(33), 'TOO_DEEP'],
    ['19: 10,001 keys', Object.fromEntries(Array.from({ length: 10_001 }, (_, i) => [i, 0])), ''],
  ]
  it.each(refused)('[SES2] %s', async (title, value, code) => {
    // JSON writes Infinity as null, so this one has to be made by hand.
    if (value === Infinity) {
      const [n, stamp] = makeEvent(bad.replica, 1)
      const push = JSON.stringify(bad.pushOf([[n, stamp, [['=', '', 'x', 'HERE']]]]))
      const answer = new Promise((resolve) => {
        bad.socket.io.on('packet', ({ type, data }) => type === 3 && resolve(data[0][0].code))
      })
      raw(`21["push",${push.replace('"HERE"', '1e309')}]`)
      expect(await answer).toBe(code)
      return
    }
    const codes = await ofValue(value)
    expect(codes.length).toBe(1)
    if (title.startsWith('19')) expect(['TOO_MANY_KEYS', 'VALUE_TOO_LARGE']).toContain(codes[0])
    else expect(codes).toEqual([code])
  })

  it('[SES2] 50, 54-56, 59, 60: everything else is data and comes back as it was', async () => {
    const other = loopback.connect()
    await other.join('other')
    const values = [
      'a\u0000b',
      { toJSON: 1 },
      { _placeholder: true, num: 0 },
      parse('{"a":1,"a":2}'),
      '<img src=x onerror=alert(1)>',
      '</script><script>',
      '\u200d'.repeat(20_000),
      nested(31),
      -0,
    ]
    const events = values.map((value, i) => makeEvent(other.replica, i + 1, value))
    expect(await other.codeOf('push', other.pushOf(events, {}, 'other'))).toBe('ok')
    await other.until(values.length, 'other')
    const back = other.entries.flatMap((one) => one.events)
    expect(JSON.stringify(back)).toBe(JSON.stringify(events))
  })

  it('[SES2] 62, 63, 74, 90: stamps, numbers and kinds that are none', async () => {
    const [, stamp, patches] = makeEvent(bad.replica, 1)
    const codes: string[] = []
    for (const event of [
      [1, '1700000000000', patches],
      [1, `${stamp}0`, patches],
      [1, stamp.toUpperCase(), patches],
      [1, -1, patches],
      [0, stamp, patches],
      [-1, stamp, patches],
      [2 ** 53, stamp, patches],
      ['1', stamp, patches],
      [1, stamp, []],
      [1, stamp, [['teleport', '', 'x']]],
      [1, stamp, [['=', '', 'x']]],
      [1, stamp, patches, { v: 0 }],
    ]) {
      const [failure] = await bad.ask('push', bad.pushOf([event], { round: codes.length }))
      codes.push(failure?.refused?.[0]?.code ?? failure?.code ?? 'ok')
    }
    expect(codes).toEqual([
      ...Array(4).fill('BAD_STAMP'),
      ...Array(5).fill('BAD_EVENT'),
      'UNKNOWN_KIND',
      'BAD_EVENT',
      'BAD_EVENT',
    ])
  })
})
