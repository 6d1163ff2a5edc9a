/** Whose edits lie on a disk, and how they go to another account's, or go. */
import {
  type Event,
  eventReplica,
  type Owners,
  type Replica,
  StorageError,
} from '@react-collab/core'
import { isBranch } from '../branch-id.js'
import { dropBatch, isBatch } from './batches.js'
import { type Disk, only, type Range, type Transaction } from './disk.js'
import { countErasure } from './erasures.js'
import { leading } from './leading.js'
import { createNewOwners } from './new-owners.js'
import { rowsOf, takeKeys } from './own-rows.js'
import { type OutboxRecord, type Records, tableNames } from './records.js'
import type { HandOver, LocalStore, NameMaker } from './store.js'

type Accounts = Pick<
  LocalStore,
  'unsent' | 'erase' | 'saveAccount' | 'handOver' | 'takeOver' | 'handedOver'
>

const numbers: Range = { from: 0, to: Number.MAX_SAFE_INTEGER }
const objects: Range = { from: [''], to: ['\uffff'] }
/** Numbers come before strings, and both before arrays; JSON has no infinity. */
const everything: Range = { from: -Number.MAX_VALUE, to: ['\uffff'] }

/** All that says something of a person; the others are about the disk itself. */
const personal = tableNames.filter((name) => name !== 'meta' && name !== 'keys')

/** The part of a store that knows of accounts. */
export const createAccounts = (disk: Disk): Accounts => ({
  unsent: () => disk.run('read', ['outbox', 'rejected'], countUnsent),

  async erase(isDiscarded) {
    const left = await disk.run('strict', tableNames, async (tx) => {
      const count = isDiscarded ? 0 : await countUnsent(tx)
      if (count > 0) return count
      for (const table of personal) tx.delete(table, everything)
      await countErasure(tx)
      // Whoever leads writes nothing more.
      const lead = Number((await tx.get('meta', 'lead'))?.value ?? 0)
      tx.put('meta', { key: 'lead', value: lead + 1 })
      return 0
    })
    // Not within: the disk is well.
    if (left > 0) throw new StorageError('UNSENT_EDITS', `edits that no server has: ${left}`)
    await disk.scrub?.()
  },

  saveAccount: (lead, principal, account) =>
    leading(disk, lead)('strict', ['device'], async (tx) => {
      const device = await tx.get('device', 'device')
      if (device === undefined) return
      tx.put('device', { ...device, principal, ...(account !== undefined && { account }) })
    }),

  handOver: () =>
    disk.run('read', ['device', 'outbox', 'images'], async (tx) => {
      const device = await tx.get('device', 'device')
      const records = await tx.getAll('outbox', objects)
      const rows = await rowsOf(
        tx,
        records.filter(({ key }) => !isBranch(key[0])),
      )
      if (device?.owners === undefined || rows.length === 0) return undefined
      const { client, secret, owners, principal, isGiven = false } = device
      return {
        client,
        secret,
        owners,
        isGiven,
        ...(principal !== undefined && { principal }),
        rows,
      }
    }),

  takeOver: (from, make) =>
    disk.run('strict', ['meta', 'device', 'keys', 'outbox'], (tx) => takeOver(tx, from, make)),

  handedOver: (rows, isGiven) =>
    disk.run('strict', ['outbox', 'images', 'device'], async (tx) => {
      const device = await tx.get('device', 'device')
      if (isGiven && device !== undefined) tx.put('device', { ...device, isGiven })
      for (const { object, key } of rows) {
        const place = [object, key] as const
        const record = await tx.get('outbox', place)
        if (record !== undefined && isBatch(record)) dropBatch(tx, place)
        tx.delete('outbox', only(place))
      }
    }),
})

async function countUnsent(tx: Transaction): Promise<number> {
  const [outbox, rejected] = await Promise.all([
    tx.getAll('outbox', objects),
    tx.getAll('rejected', numbers),
  ])
  const count = (row: OutboxRecord): number => (isBatch(row) ? row.batch.left : row.events.length)
  return outbox.reduce((sum, row) => sum + count(row), rejected.length)
}

/**
 * Puts another disk's waiting edits into the outbox. Their replicas count as retired, so a join finds out
 * what of them the log has, and the rest goes out under another name, once, with time and origin (R9).
 */
async function takeOver(tx: Transaction, from: HandOver, make: NameMaker): Promise<boolean> {
  const mark = `adopted ${from.client}`
  const last = Number((await tx.get('meta', mark))?.value ?? 0)
  const device = deviceFor(await tx.get('device', 'device'), from, make)
  const isGiven = device.secret === from.secret
  const rows = from.rows.filter(({ key }) => key > last).sort((a, b) => a.key - b.key)
  const [greatest] = rows.slice(-1)
  if (greatest === undefined) return isGiven
  const retired = new Map(device.retired)
  for (const writer of writersOf(rows))
    if (!retired.has(writer)) retired.set(writer, make.replica())
  tx.put('device', { ...device, retired: [...retired] })
  const all = from.rows.flatMap(({ events }) => events)
  const own = isGiven ? asItIs : createNewOwners(all, from.owners, device.owners)
  let key = await takeKeys(tx, rows.length)
  for (const { object, events, at } of rows)
    tx.put('outbox', { key: [object, key++], events: events.map(own), at })
  tx.put('meta', { key: mark, value: greatest.key })
  return isGiven
}

const asItIs = (event: Event): Event => event

const writersOf = (rows: HandOver['rows']): Set<Replica> =>
  new Set(rows.flatMap(({ events }) => events.map(eventReplica)))

/**
 * The first disk to take something over, if it has never connected, takes the secret along, and with it
 * the rows that are owned (R8): to a second account the server would not give them.
 */
function deviceFor(
  device: Records['device'] | undefined,
  { secret, owners, isGiven }: HandOver,
  make: NameMaker,
): Records['device'] & { readonly owners: Owners } {
  const known = { key: 'device', client: make.id(), secret: make.id(), ...device } as const
  if (device?.generation === undefined && !isGiven) return { ...known, secret, owners }
  return { ...known, owners: known.owners ?? { client: make.id(), principal: make.id() } }
}
