import {
  applyEvent,
  createObjectState,
  emptyRow,
  type Event,
  eventReplica,
  isVoid,
  type Json,
  msOf,
  type ObjectState,
  type Patch,
  PLACE,
  readRegister,
  readSum,
  readText,
  type Row,
  type RowKey,
  type TextView,
  TOMBSTONE,
} from '@react-collab/core'
import { isoTime } from '../platform.js'
import { editWords } from './edit-words.js'
import { ListPlaces } from './list-places.js'
import { nameWords, valueWords } from './value-words.js'

/** A row as it was before an event; texts change in place, so what they were is kept apart. */
interface Before {
  readonly row: Row
  readonly texts: ReadonlyMap<string, TextView | undefined>
  readonly index: number | undefined
}

/** Tells in words what each event of an object changed, in the order of its log. */
export class ChangeWords {
  readonly #state: ObjectState
  readonly #places = new ListPlaces()

  /** Begins with a state, which changes as events are told; with nothing by default. */
  constructor(state: ObjectState = createObjectState()) {
    this.#state = state
    for (const [key, row] of state.rows) this.#places.change(key, row)
  }

  /** Takes the next event in; gives a line for each thing that it changed: time, replica, what. */
  tell(event: Event): string[] {
    const [, stamp, patches] = event
    const who = `${isoTime(msOf(stamp))} ${eventReplica(event)}`
    if (isVoid(this.#state.rows, event)) {
      applyEvent(this.#state, event)
      return [`${who} no effect: it edits text that was never there`]
    }
    const keys = [...new Set(patches.map(([, key]) => key))]
    const before = new Map(keys.map((key) => [key, this.#before(key, patches)]))
    applyEvent(this.#state, event, (key) => this.#places.change(key, this.#row(key)))
    return patches
      .flatMap((patch) => this.#words(patch, event, before.get(patch[1]) as Before))
      .map((words) => `${who} ${words}`)
  }

  #row(key: RowKey): Row {
    return this.#state.rows.get(key) ?? emptyRow
  }

  #before(key: RowKey, patches: readonly Patch[]): Before {
    const row = this.#row(key)
    const texts = patches
      .filter((patch) => patch[0] === '~' && patch[1] === key)
      .map(([, , field]) => [field, readText(row, field)] as const)
    return { row, texts: new Map(texts), index: this.#places.indexOf(key) }
  }

  #words(patch: Patch, [, stamp]: Event, before: Before): string[] {
    const [kind, key, field] = patch
    const row = this.#row(key)
    if (kind === '~') {
      const edits = editWords(readText(row, field), before.texts.get(field))
      return edits.map((words) => `${whereOf(key, field)}${words}`)
    }
    if (kind === '+') return [sumWords(key, field, patch[3], before, row)]
    const value = kind === '=' ? patch[3] : undefined
    if (row.stamps[field] !== stamp) {
      const stays = valueWords(readRegister(row, field))
      return [`${whereOf(key, field)}: ${stays} stays, ${valueWords(value)} was written earlier`]
    }
    if (field === TOMBSTONE) return [`${rowOf(key)}: ${lifeWords(value, before)}`]
    if (field === PLACE) return [`${rowOf(key)}: ${this.#placeWords(key, before)}`]
    const old = valueWords(readRegister(before.row, field))
    return [`${whereOf(key, field)}: ${old} → ${valueWords(value)}`]
  }

  #placeWords(key: RowKey, { index }: Before): string {
    const now = this.#places.indexOf(key)
    const list = this.#places.listOf(key)
    const of = list === '' ? '' : ` of the list ${nameWords(list)}`
    if (now === undefined) return 'moved while it is deleted'
    return index === undefined ? `put at ${now}${of}` : `moved from ${index} to ${now}${of}`
  }
}

/** Names a row; the object's own fields have none. */
export const rowOf = (key: RowKey): string => (key === '' ? 'the object' : key)

/** Names a field where it is. */
export const whereOf = (key: RowKey, field: string): string =>
  key === '' ? nameWords(field) : `${key} ${nameWords(field)}`

function lifeWords(value: Json | undefined, { row }: Before): string {
  if (value === true) return 'deleted'
  return readRegister(row, TOMBSTONE) === true ? 'restored' : 'added'
}

function sumWords(key: RowKey, field: string, by: number, before: Before, row: Row): string {
  const [old, now] = [before.row, row].map((of) => readSum(of, field))
  return `${whereOf(key, field)}: ${old} ${by < 0 ? '-' : '+'} ${Math.abs(by)} = ${now}`
}
