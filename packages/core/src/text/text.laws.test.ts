import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Replica } from '../stamp.js'
import {
  tell,
  type TextEvent,
  TextOracle,
  TextPeer,
  textReplicas,
  type TextStep,
  textSteps,
} from '../testing/index.js'
import type { Delete } from './ops.js'
import { Text } from './text.js'

/** `LAW_SCALE=10 npx vitest run packages/core/src/text` runs each law ten times as often. */
const scale = Number(process.env['LAW_SCALE'] ?? 1)

const counts = fc.integer({ min: 3, max: 5 })

const peersOf = (count: number): TextPeer[] =>
  textReplicas.slice(0, count).map((replica) => new TextPeer(replica))

/** Does a step; gives the event where it was an edit. */
function act(peers: readonly TextPeer[], step: TextStep): TextEvent | undefined {
  const peer = peers[step.peer % peers.length] as TextPeer
  const other = peers[step.other % peers.length] as TextPeer
  if (step.kind === 'type') return peer.type(step)
  if (step.kind === 'delete') return peer.delete(step)
  if (step.kind === 'hear' && peer !== other) tell(other, peer, ({ n }) => n % 5 === 0)
  if (step.kind === 'reload') peer.text = new Text(peer.text.encode())
  if (step.kind === 'clone') peer.text = peer.text.clone()
  return undefined
}

/** Lets all hear of all. */
function gossip(peers: readonly TextPeer[]): void {
  for (let round = 0; round < 2; round++) {
    for (const from of peers) for (const to of peers) if (from !== to) tell(from, to, () => false)
  }
}

/** All that some peers write while they do some steps. */
function play(count: number, steps: readonly TextStep[]): TextPeer[] {
  const peers = peersOf(count)
  for (const step of steps) act(peers, step)
  gossip(peers)
  return peers
}

/** Follows what one peer writes and hears with the slow text. */
class Shadow {
  readonly #oracle = new TextOracle()
  readonly #peer: TextPeer
  #known = 0
  #nextId = 1

  constructor(peer: TextPeer) {
    this.#peer = peer
  }

  follow(): void {
    const { log, writer } = this.#peer
    for (const event of log.slice(this.#known)) {
      if (event.replica === writer.replica) this.#write(event)
      else this.#hear(event)
    }
    this.#known = log.length
    expect(String(this.#peer.text)).toBe(String(this.#oracle))
  }

  #write({ replica, edit, ops }: TextEvent): void {
    const { index, removed, inserted } = edit
    const writer = { replica, nextId: this.#nextId }
    const deletes = this.#oracle.remove(index, removed.length)
    const inserts = inserted === '' ? [] : [this.#oracle.insert(index, inserted, writer)]
    this.#nextId = writer.nextId
    expect([ops.inserts, ops.deletes.flatMap(unitsOf)]).toEqual([inserts, deletes])
  }

  #hear({ replica, ops }: TextEvent): void {
    for (const insert of ops.inserts) this.#oracle.integrate(replica, insert)
    for (const range of ops.deletes) this.#oracle.erase(range)
  }
}

const unitsOf = ([replica, id, length]: Delete): Delete[] =>
  Array.from({ length }, (_, i): Delete => [replica, id + i, 1])

test('[TEXT2] op for op it is what the definition makes', () => {
  fc.assert(
    fc.property(counts, textSteps(60), (count, steps) => {
      const peers = peersOf(count)
      const shadows = peers.map((peer) => new Shadow(peer))
      for (const step of steps) {
        act(peers, step)
        shadows[step.peer % count]?.follow()
      }
      gossip(peers)
      for (const shadow of shadows) shadow.follow()
    }),
    { numRuns: 1000 * scale },
  )
})

test('[TEXT1, TEXT4] peers that heard the same are equal, and so are their views', () => {
  fc.assert(
    fc.property(counts, textSteps(200), (count, steps) => {
      const peers = play(count, steps)
      const [first] = peers
      for (const { text, view } of peers) {
        expect(String(text)).toBe(view)
        expect(text.length).toBe(view.length)
        expect(text.encode()).toEqual(first?.text.encode())
      }
    }),
    { numRuns: 300 * scale },
  )
})

/** Applies events in any order; those whose base is not there yet wait. */
function applyInOrder(events: readonly TextEvent[]): Text {
  const text = new Text()
  let waiting = [...events, ...events.filter((_, i) => i % 3 === 0)]
  while (waiting.length > 0) {
    const left = waiting.filter(({ replica, ops }) => !text.apply(replica, ops))
    if (left.length === waiting.length) throw new Error('some are never applicable')
    waiting = left
  }
  return text
}

const shuffledPlays = fc
  .tuple(counts, textSteps(60))
  .map(([count, steps]) => play(count, steps)[0]?.log ?? [])
  .chain((log) => fc.tuple(fc.constant(log), fc.shuffledSubarray(log, { minLength: log.length })))

test('[TEXT1, TEXT3] the order of arrival does not count, nor does what comes twice', () => {
  fc.assert(
    fc.property(shuffledPlays, ([log, shuffled]) => {
      expect(applyInOrder(shuffled).encode()).toEqual(applyInOrder(log).encode())
    }),
    { numRuns: 500 * scale },
  )
})

const names = textReplicas.slice(0, 3) as [Replica, Replica, Replica]
const runs = fc.record({
  base: fc.array(fc.nat(9), { maxLength: 6 }),
  gap: fc.nat(9),
  mode: fc.constantFrom('forward', 'backward', 'mixed'),
  picks: fc.tuple(...names.map(() => fc.array(fc.nat(99), { minLength: 1, maxLength: 7 }))),
})

test('[TEXT5] what several type into one gap is not interleaved', () => {
  fc.assert(
    fc.property(runs, ({ base, gap, mode, picks }) => {
      const first = new Text()
      const writer = { replica: 'cccccccc' as Replica, nextId: 1 }
      for (const place of base) first.insert(place % (first.length + 1), '.', writer)
      const start = gap % (first.length + 1)
      const logs = names.map((replica, k) => {
        const text = first.clone()
        const own = { replica, nextId: 1 }
        return (picks[k] ?? []).map((pick, length) => {
          const offset = { forward: length, backward: 0, mixed: pick % (length + 1) }[mode] ?? 0
          return text.insert(start + offset, 'abc'.charAt(k), own)
        })
      })
      names.forEach((replica, k) => {
        for (const insert of logs[k] ?? []) first.integrate(replica, insert)
      })
      expect(
        String(first)
          .replaceAll('.', '')
          .replaceAll(/(.)\1+/g, '$1'),
      ).toHaveLength(3)
    }),
    { numRuns: 1000 * scale },
  )
})

test('[TEXT6] a snapshot reads back as what was written, byte for byte', () => {
  fc.assert(
    fc.property(counts, textSteps(80), (count, steps) => {
      const peers = peersOf(count)
      for (const step of steps) act(peers, step)
      for (const { text, view } of peers) {
        const snapshot = text.encode()
        const read = new Text(snapshot)
        expect(String(read)).toBe(view)
        // Reading elements decodes them; copying them makes a text that has to be encoded.
        expect(read.lastId('cccccccc' as Replica)).toBe(0)
        const written = read.clone()
        written.integrate('cccccccc' as Replica, [1, 2, 1, 0, 'unknown'])
        expect(written.encode()).toEqual(snapshot)
      }
    }),
    { numRuns: 500 * scale },
  )
})
