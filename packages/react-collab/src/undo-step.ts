import {
  type TextDelete as Delete,
  emptyRow,
  type Json,
  type Patch,
  readRegister,
  type Removed,
  type Replica as ReplicaId,
  type Row,
  type RowKey,
  type Reborn,
  sameJson,
  type TextPatch,
  TOMBSTONE,
} from '@react-collab/core'
import type { Replica } from './replica.js'

/** What takes one change back. */
type Undoing =
  | {
      readonly kind: 'register'
      readonly key: RowKey
      readonly field: string
      /** Undefined where it had no value. */
      readonly before: Json | undefined
      readonly after: Json | undefined
    }
  | { readonly kind: 'counter'; readonly key: RowKey; readonly field: string; readonly by: number }
  | {
      readonly kind: 'text'
      readonly key: RowKey
      readonly field: string
      typed: readonly Delete[]
      readonly removed: readonly Removed[]
    }

/**
 * What a person did as one thing, and how to take it back.
 *
 * Only one's own part is taken back: a register that somebody has overwritten since stays as it is,
 * and of a text what one typed goes and what one deleted comes back, among what others typed there.
 */
export class UndoStep {
  readonly label: string | undefined
  /** When it was last added to, ms since the Unix epoch. */
  at: number
  readonly #undoings: Undoing[] = []

  constructor(label: string | undefined, at: number) {
    this.label = label
    this.at = at
  }

  get isEmpty(): boolean {
    return this.#undoings.length === 0
  }

  /** Notes what writes are about to change. */
  wrote(patches: readonly Patch[], rowOf: (key: RowKey) => Row | undefined): void {
    for (const patch of patches) {
      const [kind, key, field] = patch
      if (kind === '+') this.#undoings.push({ kind: 'counter', key, field, by: patch[3] })
      if (kind !== '=' && kind !== 'x') continue
      const before = readRegister(rowOf(key) ?? emptyRow, field)
      const after = kind === '=' ? patch[3] : undefined
      this.#undoings.push({ kind: 'register', key, field, before, after })
    }
  }

  /** Notes what was typed and deleted. */
  typed([, key, field, inserts]: TextPatch, removed: readonly Removed[], writer: ReplicaId): void {
    const typed = inserts.map(([id, , , , text]): Delete => {
      return [writer, id, typeof text === 'number' ? text : text.length]
    })
    this.#undoings.push({ kind: 'text', key, field, typed, removed })
  }

  /** Hears that deleted text has come back under other names. */
  reborn(list: readonly Reborn[]): void {
    for (const undoing of this.#undoings) {
      if (undoing.kind !== 'text') continue
      for (const { from, to } of list)
        undoing.typed = [...undoing.typed, ...again(undoing, from, to)]
    }
  }

  /** Takes it back, latest change first. */
  undo(replica: Replica): void {
    const writes = new Map<string, Patch>()
    const made = new Set(this.#undoings.filter(isCreation).map(({ key }) => key))
    for (const undoing of [...this.#undoings].reverse()) {
      if (undoing.kind === 'text') revert(replica, undoing)
      // A row that it made is deleted, and keeps what is in it.
      else if (isCreation(undoing)) note(writes, { ...undoing, before: true }, replica)
      else if (!made.has(undoing.key)) note(writes, undoing, replica)
    }
    if (writes.size > 0) replica.editing.editInParts([...writes.values()])
  }
}

/** The new names of what this step typed, among elements that came back as `to`. */
function again(
  { typed }: Undoing & { kind: 'text' },
  from: readonly Delete[],
  [replica, first]: Delete,
): Delete[] {
  const found: Delete[] = []
  let at = first
  for (const [writer, id, length] of from) {
    for (const [by, start, count] of typed) {
      const low = Math.max(start, id)
      const high = Math.min(start + count, id + length)
      if (by === writer && low < high) found.push([replica, at + low - id, high - low])
    }
    at += length
  }
  return found
}

function revert(
  replica: Replica,
  { key, field, typed, removed }: Undoing & { kind: 'text' },
): void {
  replica.editing.editText(key, field, (live, writer) => live.revert(typed, removed, writer))
}

const isCreation = (undoing: Undoing): undoing is Undoing & { kind: 'register' } =>
  undoing.kind === 'register' &&
  undoing.field === TOMBSTONE &&
  undoing.before === undefined &&
  undoing.after === false

function note(writes: Map<string, Patch>, undoing: Undoing, replica: Replica): void {
  const { key, field } = undoing
  const name = `${undoing.kind} ${key} ${field}`
  const known = writes.get(name)
  if (undoing.kind === 'counter') {
    const sum = known?.[0] === '+' ? known[3] : 0
    writes.set(name, ['+', key, field, sum - undoing.by])
  } else if (undoing.kind === 'register') {
    const now = known ? valueOf(known) : readRegister(replica.visible.row(key) ?? emptyRow, field)
    // Somebody has overwritten it since.
    if (!isSame(now, undoing.after)) return
    const { before } = undoing
    writes.set(name, before === undefined ? ['x', key, field] : ['=', key, field, before])
  }
}

const valueOf = (patch: Patch): Json | undefined => (patch[0] === '=' ? patch[3] : undefined)

const isSame = (a: Json | undefined, b: Json | undefined): boolean =>
  a === undefined || b === undefined ? a === b : sameJson(a, b)
