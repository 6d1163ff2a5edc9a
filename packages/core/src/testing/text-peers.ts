import fc from 'fast-check'
import type { Replica } from '../stamp.js'
import type { TextEdit, TextOps, TextWriter } from '../text/ops.js'
import { Text } from '../text/text.js'

/** What one of some peers does next; numbers are taken modulo what there is. */
export interface TextStep {
  readonly peer: number
  readonly kind: 'type' | 'delete' | 'hear' | 'reload' | 'clone'
  /** Where it types: at the start, the end, where it was before, or `place`. */
  readonly near: 'start' | 'end' | 'same' | 'any'
  readonly place: number
  readonly size: number
  readonly other: number
}

/** What one edit changed, as others hear of it. */
export interface TextEvent {
  readonly replica: Replica
  readonly n: number
  readonly ops: TextOps
  /** The edit as its author saw it. */
  readonly edit: TextEdit
}

const near = fc.constantFrom<TextStep['near'][]>(
  'start',
  'end',
  'same',
  'same',
  'any',
  'any',
  'any',
)

const spread = fc.record<TextStep>({
  peer: fc.nat(4),
  kind: fc.constantFrom(
    ...(['type', 'type', 'type', 'type', 'delete', 'delete'] as const),
    ...(['hear', 'hear', 'reload', 'clone'] as const),
  ),
  near,
  place: fc.nat(999),
  size: fc.integer({ min: 1, max: 6 }),
  other: fc.nat(4),
})

/** Single characters at the same few indexes: siblings whose right origins differ. */
const crowded = fc.record<TextStep>({
  peer: fc.nat(2),
  kind: fc.constantFrom('type', 'type', 'type', 'hear', 'hear', 'delete'),
  near: fc.constant('any'),
  place: fc.nat(3),
  size: fc.constant(1),
  other: fc.nat(2),
})

/** Steps of a few peers: mostly edits, often in the same places, at times heard of by others. */
export const textSteps = (maxLength: number): fc.Arbitrary<readonly TextStep[]> =>
  fc.oneof(fc.array(spread, { maxLength }), fc.array(crowded, { maxLength, size: 'max' }))

/** Names of peers; their order is not that of their numbers. */
export const textReplicas = [
  'mmmmmmmm',
  'aaaaaaaa',
  'zzzzzzzz',
  'bbbbbbbb',
  '00000000',
] as Replica[]

const alphabet = ['a', 'b', 'c', '😀', '1', '\n', 'é', '𝐀']

/** Applies one edit to a string. */
export const applyEdit = (text: string, { index, removed, inserted }: TextEdit): string => {
  if (text.slice(index, index + removed.length) !== removed) throw new Error('not what was there')
  return text.slice(0, index) + inserted + text.slice(index + removed.length)
}

/** One writer with a text, and a view that is kept by edits alone. */
export class TextPeer {
  readonly writer: TextWriter
  readonly log: TextEvent[] = []
  text: Text = new Text()
  view = ''
  #at = 0
  readonly #heard = new Map<Replica, number>()

  constructor(replica: Replica) {
    this.writer = { replica, nextId: 1 }
  }

  /** Types; whole characters only. */
  type(step: TextStep): TextEvent {
    const index = this.#place(step)
    const letters = alphabet.slice(step.place % 5, (step.place % 5) + 3).join('')
    const text = [...letters.repeat(2)].slice(0, step.size).join('')
    const insert = this.text.insert(index, text, this.writer)
    this.#at = step.size % 2 === 0 ? index : index + text.length
    const edit = { index, removed: '', inserted: text }
    return this.#wrote(edit, { inserts: [insert], deletes: [] })
  }

  /** Deletes a few characters; nothing where there are none. */
  delete(step: TextStep): TextEvent | undefined {
    if (this.view === '') return undefined
    const from = this.#whole(step.place % this.view.length)
    const to = this.#whole(Math.min(this.view.length, from + step.size))
    if (from === to) return undefined
    const deletes = this.text.remove(from, to - from)
    this.#at = from
    const edit = { index: from, removed: this.view.slice(from, to), inserted: '' }
    return this.#wrote(edit, { inserts: [], deletes })
  }

  /** Takes in an event, which may come again; gives what it did to the view. */
  hear(event: TextEvent): void {
    const { replica, n, ops } = event
    const isNew = n > (this.#heard.get(replica) ?? 0)
    const done = this.text.apply(replica, ops, (edit) => {
      if (!isNew) throw new Error('an event counted twice')
      this.view = applyEdit(this.view, edit)
    })
    if (!done) throw new Error('an event came before what it needs')
    if (!isNew) return
    this.#heard.set(replica, n)
    this.log.push(event)
  }

  /** Tells whether an event was heard or written here. */
  knows({ replica, n }: TextEvent): boolean {
    return n <= (this.#heard.get(replica) ?? 0)
  }

  #wrote(edit: TextEdit, ops: TextOps): TextEvent {
    this.view = applyEdit(this.view, edit)
    const { replica } = this.writer
    const n = (this.#heard.get(replica) ?? 0) + 1
    const event = { replica, n, ops, edit }
    this.#heard.set(replica, n)
    this.log.push(event)
    return event
  }

  #place({ near: where, place }: TextStep): number {
    const { length } = this.view
    if (where === 'start') return 0
    if (where === 'end') return length
    return this.#whole(where === 'same' ? Math.min(this.#at, length) : place % (length + 1))
  }

  /** The index, or the one before it where it would part a pair. */
  #whole(index: number): number {
    return /^[\uDC00-\uDFFF]/.test(this.view.slice(index)) && index > 0 ? index - 1 : index
  }
}

/** Lets `to` hear all that `from` knows; some of it a second time. */
function tell(from: TextPeer, to: TextPeer, again: (event: TextEvent) => boolean): void {
  for (const event of from.log) {
    if (!to.knows(event) || again(event)) to.hear(event)
  }
}

/** Makes peers that know nothing. */
export const textPeers = (count: number): TextPeer[] =>
  textReplicas.slice(0, count).map((replica) => new TextPeer(replica))

/** Does a step; gives the event where it was an edit. */
export function actText(peers: readonly TextPeer[], step: TextStep): TextEvent | undefined {
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
export function gossipText(peers: readonly TextPeer[]): void {
  const pairs = peers.flatMap((from) => peers.map((to) => [from, to] as const))
  for (const [from, to] of [...pairs, ...pairs]) if (from !== to) tell(from, to, () => false)
}

/** Peers that did some steps, and then heard of everything. */
export function playText(count: number, steps: readonly TextStep[]): TextPeer[] {
  const peers = textPeers(count)
  for (const step of steps) actText(peers, step)
  gossipText(peers)
  return peers
}
