import { mkdtempSync, rmSync } from 'node:fs'
import { createServer as createHttpServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { defineSchema, object, UsageError, value } from '@react-collab/core'
import { afterAll, describe, expect, it } from 'vitest'
import { createMemoryEventLog } from './log/memory-event-log.js'
import { Client, makeEvent, origin, reported, startServer } from './loopback.contract.js'
import { allowAll } from './options.js'
import { createServer } from './server.js'

const folder = mkdtempSync(join(tmpdir(), 'collab-server-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))
const clock = { now: Date.now, random: Math.random }
const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))

describe('the path of an edit', () => {
  it('[ROOM1] brings every entry to everyone who joined, the sender too, in order', async () => {
    const { connect } = await startServer({ data: join(folder, 'path.sqlite') })
    const [a, b, elsewhere] = [connect(), connect(), connect()]
    await Promise.all([a.join(), b.join(), elsewhere.join('other')])
    for (let i = 0; i < 20; i++) await Promise.all([a.write(3), b.write(2)])
    await Promise.all([a.until(100), b.until(100)])
    expect(a.entries.flatMap(({ events }) => events)).toEqual(
      b.entries.flatMap(({ events }) => events),
    )
    expect(elsewhere.entries).toEqual([])
    expect(reported).toEqual([])
  })

  it('[ROOM2] publishes nothing that is not durable', async () => {
    let release = (): void => {}
    const gate = new Promise<void>((resolve) => {
      release = resolve
    })
    const fault = async () => gate.then(() => undefined)
    const log = createMemoryEventLog({ now: Date.now, random: Math.random, fault })
    const { connect } = await startServer({ log })
    const [a, b] = [connect(), connect()]
    await Promise.all([a.join(), b.join()])
    let isAnswered = false
    const writing = a.write(3).then(() => {
      isAnswered = true
    })
    await pause(60)
    expect([isAnswered, a.entries, b.entries]).toEqual([false, [], []])
    release()
    await writing
    await b.until(3)
  })

  it('[ROOM2] publishes nothing of a push that the disk did not take', async () => {
    let isFull = true
    const fault = () => (isFull ? ('abort' as const) : undefined)
    const log = createMemoryEventLog({ now: Date.now, random: Math.random, fault })
    const { connect } = await startServer({ log })
    const [a, b] = [connect(), connect()]
    await Promise.all([a.join(), b.join()])
    const event = makeEvent(a.replica, 1)
    expect(await a.codeOf('push', a.pushOf([event]))).toBe('LOG_FAILED')
    isFull = false
    expect(await a.codeOf('push', a.pushOf([event], { round: 1 }))).toBe('ok')
    await b.until(1)
  })

  it('[ROOM3] gathers what is appended in one turn into one message', async () => {
    const { connect } = await startServer()
    const [a, b] = [connect(), connect()]
    await Promise.all([a.join(), b.join()])
    await Promise.all(Array.from({ length: 50 }, () => a.write(2)))
    await b.until(100)
    expect(b.entries.length).toBeLessThan(25)
  })

  it('[ROOM8] tells who joined with `echoes` of own whole pushes by number, before the answer', async () => {
    const { connect } = await startServer()
    const [a, b] = [connect(), connect()]
    await Promise.all([a.join('o', { echoes: true }), b.join()])
    const heard: unknown[] = []
    a.socket.on('echo', (echo: object) => heard.push(echo))
    const [one, two] = [makeEvent(a.replica, 1), makeEvent(a.replica, 2)]
    const { term } = await a.join('o', { echoes: true })
    expect(await a.codeOf('push', a.pushOf([one, two]))).toBe('ok')
    expect(heard).toEqual([{ object: 'o', term, seq: 1, count: 2, first: one[1], last: two[1] }])
    expect(a.entries).toEqual([])
    await b.until(2)
    expect(b.entries[0]?.events).toEqual([one, two])
  })

  it('[ROOM8] brings whole what several have pushed in a turn', async () => {
    let release = (): void => {}
    const gate = new Promise<void>((resolve) => {
      release = resolve
    })
    const fault = async () => gate.then(() => undefined)
    const log = createMemoryEventLog({ now: Date.now, random: Math.random, fault })
    const { connect } = await startServer({ log })
    const [a, b] = [connect(), connect()]
    await Promise.all([a.join('o', { echoes: true }), b.join('o', { echoes: true })])
    const first = a.write()
    await pause(30)
    const others = [a.write(), b.write()]
    await pause(30)
    release()
    await Promise.all([first, ...others])
    await b.until(3)
    const last = a.entries.at(-1)?.events.map(([n]) => n)
    expect(last?.slice(-2)).toEqual(
      b.entries
        .at(-1)
        ?.events.map(([n]) => n)
        .slice(-2),
    )
    expect(last).toContain(2)
  })

  it('[ROOM8] brings whole what is not a whole push, or of others, or of a join that is over', async () => {
    const { connect } = await startServer()
    const [a, b] = [connect(), connect()]
    await Promise.all([a.join('o', { echoes: true }), b.join('o', { echoes: true })])
    await a.write(2)
    const again = a.pushOf([makeEvent(a.replica, 2, 'another')])
    const third = makeEvent(a.replica, 3)
    expect(await a.codeOf('push', again)).toBe('NUMBER_REUSED')
    await b.until(2)
    expect(a.entries).toEqual([])
    const { term, head } = await a.join('o')
    const more = { round: 1, prev: { [a.replica]: 2 }, term }
    expect(await a.codeOf('push', a.pushOf([third], more))).toBe('ok')
    await a.until(3)
    expect([head, a.entries.at(-1)?.events]).toEqual([2, [third]])
  })

  it('[ROOM4] feeds 100,000 entries page by page, then goes live without gap or repeat', async () => {
    const { connect } = await startServer({
      data: join(folder, 'long.sqlite'),
      limits: { eventsPerSecond: 1e6, eventBurst: 1e6 },
    })
    const a = connect()
    await a.join()
    for (let i = 0; i < 51; i++) await a.write(2_000, 'o', 'x'.repeat(20))
    const late = connect()
    const [joined] = await Promise.all([late.join(), a.write(1)])
    expect(joined.head).toBeGreaterThanOrEqual(102_000)
    for (let i = 0; i < 50; i++) await a.write(3)
    await late.until(102_151)
    expect(Math.max(...late.entries.map(({ events }) => events.length))).toBeLessThanOrEqual(500)
  }, 30_000)

  it('[ROOM4] goes on after the cursor of a client that comes back', async () => {
    const { connect } = await startServer()
    const a = connect()
    const { term } = await a.join()
    await a.write(5)
    const b = connect()
    expect(await b.join('o', { cursor: { term, seq: 3 } })).toMatchObject({ head: 5, reset: false })
    await a.write(2)
    await b.until(4, 'o', 4)
  })

  it('[SES10] tells all joined sessions the heads of their objects', async () => {
    const { connect } = await startServer({ heartbeatMs: 50 })
    const a = connect()
    await a.join('one')
    const { term } = await a.join('two')
    await a.write(3, 'two')
    await pause(20)
    const heads = await new Promise((resolve) => a.socket.once('heads', resolve))
    expect(heads).toMatchObject({ heads: { one: { seq: 0 }, two: { term, seq: 3 } } })
  })
})

describe('a consumer that takes nothing', () => {
  it('[ROOM5] is taken off the live feed, bounded, closed, and disturbs nobody', async () => {
    const limits = { unsentBytes: 200_000, slowMs: 500 }
    const { server, connect } = await startServer({ limits })
    const [a, b, slow] = [connect(), connect(), connect()]
    await Promise.all([a.join(), b.join(), slow.join()])
    const raw = slow.socket.io.engine.transport as unknown as {
      ws: { _socket: { pause(): void } }
    }
    raw.ws._socket.pause()
    let most = 0
    for (let i = 0; i < 150; i++) {
      await a.write(2, 'o', 'x'.repeat(60_000))
      for (const socket of server.io.sockets.sockets.values()) {
        const { writeBuffer } = socket.conn as unknown as { writeBuffer: { data?: string }[] }
        most = Math.max(
          most,
          writeBuffer.reduce((sum, { data }) => sum + (data?.length ?? 0), 0),
        )
      }
    }
    await b.until(300)
    expect(most).toBeLessThan(2_000_000)
    for (let i = 0; i < 100 && server.health().sessions > 2; i++) await pause(20)
    expect(server.health().sessions).toBe(2)
    await a.write(1)
    await b.until(301)
  }, 20_000)
})

describe('a server', () => {
  it('[SRV1] answers /health', async () => {
    const { url, connect } = await startServer()
    await connect().join()
    const health = await (await fetch(`${url}/health`)).json()
    expect(health).toMatchObject({ status: 'ok', sessions: 1, objects: 1 })
    expect((await fetch(`${url}/nothing`)).status).toBe(404)
  })

  it('[SRV2] lets in its own pages and clients that are no browsers, nobody else', async () => {
    const { url } = await startServer({ origins: [origin, 'http://localhost:5173/'] })
    const tryFrom = async (from?: string): Promise<boolean> => {
      const headers = from === undefined ? {} : { origin: from }
      const client = new Client(url, {}, { extraHeaders: headers })
      return Promise.race([client.opened.then(() => true), client.closed.then(() => false)])
    }
    expect(await tryFrom()).toBe(true)
    expect(await tryFrom(origin)).toBe(true)
    expect(await tryFrom('http://localhost:5173')).toBe(true)
    for (const foreign of [
      'https://evil.example',
      'null',
      'https://app.example.evil.com',
      'http://app.example',
      'https://app.example.',
      'https://app.example:444',
      'http://localhost:5174',
      '',
    ]) {
      expect([foreign, await tryFrom(foreign)]).toEqual([foreign, false])
    }
  })

  it('[SRV2] refuses origins that are none', async () => {
    for (const bad of ['*', 'app.example', 'https://app.example/path']) {
      await expect(createServer({ authorize: allowAll, origins: [bad] })).rejects.toThrow('ORIGIN')
    }
  })

  it('[SRV9] refuses to listen on what is no port and no host, and can be told again', async () => {
    const server = await createServer({ authorize: allowAll, origins: [] })
    const is = 'BAD_VALUE: a server listens on a port, a whole number from 0 to 65535; it is'
    for (const [bad, told] of [
      ['x', '"x"'],
      ['80', '"80"'],
      [-1, '-1'],
      [1.5, '1.5'],
      [65_536, '65536'],
    ])
      await expect(server.listen(bad as never)).rejects.toThrow(`${is} ${told}`)
    await expect(server.listen(0, 5 as never)).rejects.toThrow(
      'on a host, a name or an address; it',
    )
    expect(await server.listen(0)).toBeGreaterThan(0)
    await server.close()
  })

  it('[SRV10] listens once, until it is closed, and on a port that is free', async () => {
    const [server, other] = await Promise.all(
      [0, 1].map(() => createServer({ authorize: allowAll, origins: [] })),
    )
    const port = await server!.listen(0)
    await expect(server!.listen(0)).rejects.toThrow('BAD_VALUE: the server listens already')
    const taken = await other!.listen(port).catch((error: unknown) => error)
    expect(taken).toMatchObject({ code: 'EADDRINUSE', port })
    expect(await other!.listen(0)).toBeGreaterThan(0)
    const closing = server!.close()
    for (const closed of [undefined, closing]) {
      await closed
      const error = await server!.listen(0).catch((reason: unknown) => reason)
      expect(error).toMatchObject({ code: 'CLOSED', name: 'UsageError' })
      expect(server!.http.listening).toBe(false)
    }
    await other!.close()
  })

  const origins: readonly string[] = []
  const authorize = allowAll
  const schema = defineSchema({ note: object({ title: value<string>() }) })
  const wrong: readonly (readonly [name: string, options: unknown, says: string])[] = [
    ['no options', undefined, 'createServer takes an object of options; it got undefined'],
    ['no authorize', { origins }, 'the option authorize is missing: it is a function'],
    ['no origins', { authorize }, "origins is missing: it is a list of the pages' origins"],
    ['origins as text', { authorize, origins: 'https://a.b' }, "such as ['https://app.example']"],
    ['a misspelt option', { authorize, origins, autenticate: 1 }, 'has no option autenticate'],
    ['a misspelt limit', { authorize, origins, limits: { join: 1 } }, 'limits has no join'],
    ['a limit of 0', { authorize, origins, limits: { joins: 0 } }, 'limits.joins has to be'],
    ['data of no path', { authorize, origins, data: 5 }, 'data has to be the path of a file'],
    ['a wrong number', { authorize, origins, heartbeatMs: 0 }, 'a whole number from 1 to'],
    ['a wrong guard', { authorize, origins, guard: 'no' }, 'guard has to be a function'],
    ['a schema missing', { authorize, origins, purgeDeletedAfterMs: 1 }, 'takes a schema'],
    [
      'a purge of everything',
      { authorize, origins, schema, purgeDeletedAfterMs: 0 },
      'purgeDeletedAfterMs has to be a whole number from 1 to',
    ],
    [
      'a floor above its schema',
      { authorize, origins, schema, schemaFloor: 2 },
      'schemaFloor is 2',
    ],
    ['half an entry', { authorize, origins, retention: { entries: 1.5 } }, 'a whole number from 0'],
    ['two logs', { authorize, origins, data: 'x', log: createMemoryEventLog(clock) }, 'both given'],
  ]
  it.each(wrong)('[SRV3] is not made with %s, and says what to do', async (_, options, says) => {
    const error = await createServer(options as never).catch((reason: unknown) => reason)
    expect(error).toBeInstanceOf(UsageError)
    expect(error).toMatchObject({ code: 'BAD_VALUE', message: expect.stringContaining(says) })
  })

  it('[SRV4] attaches to a server that is there already, and leaves it open', async () => {
    const http = createHttpServer((_, response) => response.end('mine'))
    await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve))
    const url = `http://127.0.0.1:${(http.address() as AddressInfo).port}`
    const server = await createServer({ authorize: allowAll, origins: [], http })
    const client = new Client(url)
    await client.join()
    await server.close()
    expect((await client.closed).length).toBeGreaterThan(0)
    expect(await (await fetch(url)).text()).toBe('mine')
    await new Promise((resolve) => http.close(resolve))
  })

  it('[SRV5] stops: answers what was pushed, says SHUTTING_DOWN, keeps it for the next', async () => {
    const data = join(folder, 'stop.sqlite')
    const first = await startServer({ data })
    const a = first.connect()
    await a.join()
    const writing = [a.write(100), a.write(100)]
    await pause(2)
    await first.server.close()
    await Promise.all(writing)
    expect(a.fatals.map(({ code }) => code)).toEqual(['SHUTTING_DOWN'])
    const second = await startServer({ data })
    expect((await second.connect().join()).head).toBe(200)
  })

  it('[SRV7] backs up while it runs; a server on the copy has all that was acknowledged', async () => {
    const { server, connect } = await startServer({ data: join(folder, 'running.sqlite') })
    const a = connect()
    await a.join()
    await a.write(50)
    const path = join(folder, 'copy.sqlite')
    const backup = server.backup(path)
    await a.write(5)
    await backup
    const restored = await startServer({ data: path })
    const b = restored.connect()
    await b.join()
    await b.until(50)
    expect(reported).toEqual([])
  })

  it('[SRV7] has no backup of what is in memory, and asks for a path', async () => {
    const { server } = await startServer()
    await expect(server.backup(join(folder, 'none.sqlite'))).rejects.toThrow(UsageError)
    const file = await startServer({ data: join(folder, 'some.sqlite') })
    await expect(file.server.backup('')).rejects.toThrow('the path of a new file')
  })

  it('[SRV8] ends the connections of a principal, who is judged anew, and of nobody else', async () => {
    let mayRead = true
    const { server, connect } = await startServer({
      authenticate: (token) => token ?? null,
      authorize: ({ principal, action }) => principal !== 'ben' || (action === 'read' && mayRead),
    })
    const [ada, ben, second] = [{ token: 'ada' }, { token: 'ben' }, { token: 'ben' }].map((hello) =>
      connect(hello),
    ) as [Client, Client, Client]
    await Promise.all([ada.join(), ben.join(), second.join()])
    mayRead = false
    expect(server.disconnect('ben')).toBe(2)
    await Promise.all([ben.closed, second.closed])
    expect(ben.fatals).toEqual([])
    await ada.write(3)
    await ada.until(3)
    expect([ben.seen(), second.seen()]).toEqual([0, 0])
    const again = connect({ token: 'ben' })
    expect(await again.codeOf('join', { object: 'o', replicas: {} })).toBe('FORBIDDEN')
    expect(server.disconnect('nobody')).toBe(0)
  })

  it('[SRV8] also ends a connection that was still being authenticated', async () => {
    let answer = (_: string): void => {}
    const asking = new Promise<string>((resolve) => {
      answer = resolve
    })
    const { server, connect } = await startServer({ authenticate: () => asking })
    const ben = connect()
    await new Promise((resolve) => ben.socket.once('connect', () => resolve(undefined)))
    expect(server.disconnect('ben')).toBe(0)
    answer('ben')
    await ben.closed
    expect(server.health().sessions).toBe(0)
  })

  it('[SRV6] offers WebSocket only, current protocol only, no compression', async () => {
    const { url } = await startServer()
    for (const query of [
      'EIO=3&transport=websocket',
      'EIO=999&transport=websocket',
      'EIO=4&transport=polling',
    ]) {
      expect((await fetch(`${url}/socket.io/?${query}`)).status).toBe(400)
    }
    expect((await fetch(`${url}/socket.io/socket.io.js`)).status).toBeGreaterThanOrEqual(400)
    const client = new Client(url)
    await client.opened
    const ws = (client.socket.io.engine.transport as unknown as { ws: { extensions: string } }).ws
    expect(ws.extensions).toBe('')
  })
})
