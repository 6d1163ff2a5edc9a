import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Replica } from '../stamp.js'
import {
  actText,
  gossipText,
  playText,
  type TextEvent,
  TextOracle,
  type TextPeer,
  textPeers,
  textReplicas,
  textSteps,
} from '../testing/index.js'
import type { TextAnchor } from './anchor.js'
import type { Delete } from './ops.js'
import { lawFactor } from '../testing/factor.laws.js'
import { sequenceOf, Text } from './text.js'

const counts = fc.integer({ min: 3, max: 5 })

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
      const peers = textPeers(count)
      const shadows = peers.map((peer) => new Shadow(peer))
      for (const step of steps) {
        actText(peers, step)
        shadows[step.peer % count]?.follow()
      }
      gossipText(peers)
      for (const shadow of shadows) shadow.follow()
    }),
    { numRuns: 1000 * lawFactor },
  )
})

test('[TEXT1, TEXT4] peers that heard the same are equal, and so are their views', () => {
  fc.assert(
    fc.property(counts, textSteps(200), (count, steps) => {
      const peers = playText(count, steps)
      const [first] = peers
      for (const { text, view } of peers) {
        expect(String(text)).toBe(view)
        expect(text.length).toBe(view.length)
        expect(text.encode()).toEqual(first?.text.encode())
      }
    }),
    { numRuns: 300 * lawFactor },
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
  .map(([count, steps]) => playText(count, steps)[0]?.log ?? [])
  .chain((log) => fc.tuple(fc.constant(log), fc.shuffledSubarray(log, { minLength: log.length })))

test('[TEXT1, TEXT3] the order of arrival does not count, nor does what comes twice', () => {
  fc.assert(
    fc.property(shuffledPlays, ([log, shuffled]) => {
      expect(applyInOrder(shuffled).encode()).toEqual(applyInOrder(log).encode())
    }),
    { numRuns: 500 * lawFactor },
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
    { numRuns: 1000 * lawFactor },
  )
})

test('[TEXT6] a snapshot reads back as what was written, byte for byte', () => {
  fc.assert(
    fc.property(counts, textSteps(80), (count, steps) => {
      const peers = textPeers(count)
      for (const step of steps) actText(peers, step)
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
    { numRuns: 500 * lawFactor },
  )
})

/** What an anchor means, counted element by element. */
function countTo(text: Text, [replica, id, side]: TextAnchor): number | undefined {
  if (replica === '') return side === 'before' ? 0 : text.length
  let index = 0
  for (const span of sequenceOf(text).tree.spans()) {
    const isOwn = span.author.name === replica && span.id <= id && id < span.id + span.length
    if (isOwn) return span.isDeleted ? index : index + id - span.id + (side === 'before' ? 1 : 0)
    if (!span.isDeleted) index += span.length
  }
  return undefined
}

const isDeleted = (text: Text, [replica, id]: TextAnchor): boolean =>
  replica !== '' && sequenceOf(text).authors.get(replica)?.find(id)?.isDeleted === true

test('[TEXT8] an anchor stays with its unit, and where that was', () => {
  fc.assert(
    fc.property(counts, textSteps(60), fc.boolean(), (count, steps, isBefore) => {
      const peers = textPeers(count)
      const side = isBefore ? 'before' : 'after'
      const anchors: { anchor: TextAnchor; unit: string | undefined }[] = []
      const unitAt = (text: string, index: number): string | undefined =>
        text[isBefore ? index - 1 : index]
      for (const step of steps) {
        actText(peers, step)
        const { text, view } = peers[step.peer % count] as TextPeer
        const index = step.place % (view.length + 1)
        if (/[\uD800-\uDBFF]$/.test(view.slice(0, index))) continue
        anchors.push({ anchor: text.anchor(index, side), unit: unitAt(view, index) })
        expect(text.resolve(text.anchor(index, side))).toBe(index)
        for (const { anchor, unit } of anchors) {
          const found = text.resolve(anchor)
          expect(found).toBe(countTo(text, anchor))
          if (found === undefined || isDeleted(text, anchor)) continue
          if (unit !== undefined) expect(unitAt(view, found)).toBe(unit)
        }
      }
    }),
    { numRuns: 100 * lawFactor },
  )
})

test('[TEXT10] a clone goes its own way', () => {
  fc.assert(
    fc.property(counts, textSteps(40), textSteps(20), (count, steps, later) => {
      const peers = playText(count, steps)
      const kept = peers.map(({ text }) => ({ clone: text.clone(), bytes: text.encode() }))
      for (const step of later) actText(peers, { ...step, kind: step.peer % 2 ? 'type' : 'delete' })
      for (const { clone, bytes } of kept) {
        expect(String(clone)).toBe(bytes.text)
        expect(clone.encode()).toEqual(bytes)
      }
      const [first] = peers
      const bytes = first?.text.encode()
      const clone = first?.text.clone()
      clone?.insert(0, 'x', { replica: 'cccccccc' as Replica, nextId: 1 })
      expect(first?.text.encode()).toEqual(bytes)
    }),
    { numRuns: 300 * lawFactor },
  )
})
