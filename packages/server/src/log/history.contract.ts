import {
  applyEvent,
  createObjectState,
  type Event,
  formatStamp,
  LiveText,
  type ObjectState,
  type Patch,
  readText,
  type Replica,
  type RowKey,
  type Stamp,
} from '@react-collab/core'
import { clock, replica } from './event-log.contract.js'

/** Numbers in [0, below), always the same for a seed. */
export function createDice(seed: number): (below: number) => number {
  let state = seed
  return (below) => {
    state = (state * 1_103_515_245 + 12_345) % 2 ** 31
    return Math.floor((state / 2 ** 31) * below)
  }
}

const writers = ['a', 'b', 'c'].map(replica)

/**
 * What three writers did to a few rows: registers, removed fields, tombstones, counters, texts, more
 * than one row at once, writes that lose, and text that hangs in nothing.
 */
export function makeHistory(seed: number, count: number): Event[] {
  const dice = createDice(seed)
  const state = createObjectState()
  const numbers = new Map<Replica, number>()
  return Array.from({ length: count }, (_, i): Event => {
    const writer = writers[dice(3)]!
    const n = (numbers.get(writer) ?? 0) + 1 + (dice(10) === 0 ? 2 : 0)
    numbers.set(writer, n)
    const late = dice(5) === 0 ? -100 : 0
    const stamp = formatStamp({ ms: clock.now + i + late, counter: i, replica: writer })
    const patches = Array.from({ length: 1 + dice(3) }, (_p, at) => patchOf(dice, state, at, stamp))
    const event: Event = [n, stamp, patches]
    applyEvent(state, event)
    return event
  })
}

type Dice = ReturnType<typeof createDice>

function patchOf(dice: Dice, state: ObjectState, at: number, stamp: Stamp): Patch {
  const key = (dice(6) === 0 ? '' : `todos/${dice(4) === 0 ? 'd' : ''}${dice(9)}`) as RowKey
  switch (dice(8)) {
    case 0:
      return ['x', key, `f${at}`]
    case 1:
      return ['=', `todos/d${at}` as RowKey, '$del', dice(2) === 0]
    case 2:
      return ['+', key, `sum${at}`, dice(9) - 4]
    case 3:
    case 4:
      return textPatch(dice, { state, key, field: `text${at}`, stamp })
    default:
      return ['=', key, `f${at}`, ['v', dice(100), { deep: 'é😀"\\\u2028' }]]
  }
}

interface TextPlace {
  readonly state: ObjectState
  readonly key: RowKey
  readonly field: string
  readonly stamp: Stamp
}

function textPatch(dice: Dice, { state, key, field, stamp }: TextPlace): Patch {
  const writer = stamp.slice(12) as Replica
  // Nobody has typed the element that this one hangs in.
  if (dice(12) === 0) return ['~', key, field, [[9e9, [writer, 8e9], 1, 0, 'lost'] as never], []]
  const row = state.rows.get(key)
  const text = (row && readText(row, field)?.live.fork()) ?? new LiveText()
  const index = dice(text.text.length + 1)
  const removed = dice(4) === 0 ? dice(text.text.length - index + 1) : 0
  const inserted = removed > 0 && dice(2) === 0 ? '' : `t${dice(100)}`
  const { ops } = text.splice(index, removed, inserted, { replica: writer, nextId: 1 })
  return ['~', key, field, ops.inserts, ops.deletes]
}
