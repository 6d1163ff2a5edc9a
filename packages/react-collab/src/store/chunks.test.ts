import {
  applyEvent,
  canonicalState,
  createObjectState,
  formatStamp,
  type ObjectId,
  type ObjectState,
  packRows,
  type Replica,
  type RowKey,
} from '@react-collab/core'
import { expect, it } from 'vitest'
import { readState, writeBase, writePages } from './chunks.js'
import type { Transaction } from './disk.js'
import { createMemoryDisk } from './memory-disk.js'

const object = 'obj' as ObjectId
const count = 20_000
const cursor = { term: 't', seq: count }

function largeState(): ObjectState {
  const state = createObjectState()
  for (let n = 1; n <= count; n++) {
    const stamp = formatStamp({ ms: n, counter: 0, replica: 'aaaaaaaa' as Replica })
    applyEvent(state, [n, stamp, [['=', `c/${n}` as RowKey, 'f', n]]])
  }
  return state
}

/** A transaction that counts the records that are read or written between two answers of the disk. */
function counting(tx: Transaction, most: { records: number }): Transaction {
  let written = 0
  const answered = <R>(answer: Promise<R>, records = 0): Promise<R> => {
    most.records = Math.max(most.records, written, records)
    written = 0
    return answer
  }
  return {
    ...tx,
    get: (...args) => answered(tx.get(...args)),
    async getAll(...args) {
      const found = await tx.getAll(...args)
      return answered(Promise.resolve(found), args[0] === 'journal' ? 0 : found.length)
    },
    put(...args) {
      written += 1
      tx.put(...args)
    },
  }
}

it('[STA13] reads and writes a large state in parts, between which others get their turn', async () => {
  const disk = createMemoryDisk()
  const state = largeState()
  const most = { records: 0 }
  const tables = ['cursors', 'bases', 'chunks', 'journal', 'pages'] as const
  const run = <R>(work: (tx: Transaction) => Promise<R>): Promise<R> =>
    disk.run('relaxed', tables, (tx) => work(counting(tx, most)))
  const stored = async (): Promise<string> =>
    canonicalState((await run((tx) => readState(tx, object))).state)

  await run(async (tx) => {
    tx.put('cursors', { key: object, ...cursor })
    await writeBase(tx, object, { state, cursor }, undefined)
  })
  expect(await stored()).toBe(canonicalState(state))

  const rows = [...state.rows]
  await disk.run('relaxed', tables, async (tx) => {
    for (let at = 0; at < count; at += 400) {
      const page = JSON.stringify(packRows(rows.slice(at, at + 400)))
      const place = { term: 't', at, key: 'c/1' as RowKey }
      tx.put('pages', {
        key: [object, at, place.key],
        cursor: undefined,
        isReset: false,
        place,
        page,
      })
    }
  })
  expect(await run((tx) => writePages(tx, object, { state, cursor }))).toBe(50)
  expect(await stored()).toBe(canonicalState(state))
  expect(most.records).toBeGreaterThan(10)
  expect(most.records).toBeLessThanOrEqual(21)
})
