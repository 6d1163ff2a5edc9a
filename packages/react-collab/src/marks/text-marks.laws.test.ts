import fc from 'fast-check'
import { expect, it } from 'vitest'
import type { Client } from '../client.js'
import { createFakeServer, type FakeServer } from '../testing/fake-server.js'
import { createTestClient } from '../testing/test-client.js'
import { historyOf } from '../undo-history.js'
import { MarkReading } from './mark-reading.js'
import { MarkIndex } from './mark-index.js'
import { marksOf } from './marks-of.js'
import type { TextMarks } from './text-marks.js'

interface Desk {
  readonly client: Client
  readonly marks: TextMarks
  undo(): void
  redo(): void
}

async function sit(server: FakeServer): Promise<Desk> {
  const client = createTestClient(server)
  const { object } = client.open('doc')
  await client.loaded('doc')
  const history = historyOf(object)
  const marks = marksOf(object, 'body')
  return { client, marks, undo: () => void history.undo(), redo: () => void history.redo() }
}

async function settled(server: FakeServer, clients: readonly Client[]): Promise<void> {
  for (let calm = 0; calm < 3; ) {
    await new Promise((next) => setTimeout(next, 3))
    const isCalm = clients.every(
      (client) =>
        client.status.state === 'synced' &&
        (client.peek('doc').replica.cursor?.seq ?? 0) === server.log('doc').length,
    )
    calm = isCalm ? calm + 1 : 0
  }
}

/** What is shown, read by somebody who has seen nothing before. */
function anew({ client, marks }: Desk): TextMarks['ranges'] {
  const { replica } = client.peek('doc')
  return new MarkReading(marks.text, new MarkIndex(replica, 'marks'), '"body"').ranges
}

const act = fc.record({
  who: fc.nat(2),
  what: fc.constantFrom('type', 'type', 'delete', 'mark', 'mark', 'unmark', 'undo', 'redo'),
  kind: fc.constantFrom('bold', 'link'),
  value: fc.constantFrom(true, 'x'),
  at: fc.nat(30),
  count: fc.nat(8),
  offline: fc.option(fc.boolean(), { nil: undefined }),
})

it('[MARK7] marked, typed, deleted and taken back at a time, all see the same', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(act, { minLength: 1, maxLength: 25 }), async (acts) => {
      const server = createFakeServer()
      const desks = [await sit(server), await sit(server), await sit(server)]
      for (const { who, what, kind, value, at, count, offline } of acts) {
        const desk = desks[who]!
        const { client, marks } = desk
        if (offline !== undefined) client.setOffline(offline)
        const places = placesOf(marks.text.toString())
        const from = places[at % places.length]!
        const to = places[Math.min((at % places.length) + count, places.length - 1)]!
        if (what === 'type') marks.text.insert(from, at % 4 === 0 ? 'a😀' : 'word ')
        else if (what === 'delete') marks.text.remove(from, to - from)
        else if (what === 'mark') {
          marks.mark(from, to, kind, value)
          if (from < to) expect(marks.has(from, to, kind, value)).toBe(true)
        } else if (what === 'unmark') {
          marks.unmark(from, to, kind)
          const left = marks.ranges.filter(
            (range) => from < to && range.from < to && range.to > from,
          )
          expect(left.filter((range) => Object.hasOwn(range.marks, kind))).toEqual([])
        } else desk[what]()
        if (at % 5 === 0) await new Promise((next) => setTimeout(next, 1))
        expect(marks.ranges).toEqual(anew(desk))
      }
      for (const { client } of desks) client.setOffline(false)
      const clients = desks.map(({ client }) => client)
      await settled(server, clients)
      const [first] = desks
      for (const desk of desks) {
        expect(desk.marks.text.toString()).toBe(first!.marks.text.toString())
        expect(desk.marks.ranges).toEqual(first!.marks.ranges)
        expect(anew(desk)).toEqual(first!.marks.ranges)
      }
      await Promise.all(clients.map((client) => client.close()))
    }),
    { numRuns: 60 },
  )
}, 60_000)

/** The offsets of a string that lie between its characters. */
function placesOf(text: string): number[] {
  const places = [0]
  for (const character of text) places.push(places.at(-1)! + character.length)
  return places
}
