import { InvariantError } from '@react-collab/core'
import type { Disk } from './disk.js'
import { forkDevice, forkedTables } from './fork.js'
import type { Erasures } from './erasures.js'
import { leading } from './leading.js'
import type { Records } from './records.js'
import type { Identity, LocalStore } from './store.js'

type Device = Pick<
  LocalStore,
  'identity' | 'saveGeneration' | 'fork' | 'lead' | 'replica' | 'replicas' | 'counter'
>

/** The part of a store that says who writes. */
export const createDevice = (disk: Disk, erasures: Erasures): Device => ({
  identity: (id, account) =>
    disk.run('relaxed', ['device', 'keys'], async (tx) => {
      await erasures.opened(tx)
      const known = await tx.get('device', 'device')
      const owners = known?.owners ?? { client: id(), principal: id() }
      const owner = firstOwner(known, account)
      // Ids of their own: others see them, and nobody is told the id that a browser signs in with.
      const made = { client: id(), secret: id(), ...known, key: 'device' as const, owners }
      const record = { ...made, ...owner }
      if (known?.owners === undefined || owner !== undefined) tx.put('device', record)
      return toIdentity(record)
    }),

  fork: (lead, make) =>
    leading(disk, lead)('strict', forkedTables, async (tx) =>
      toIdentity(await forkDevice(tx, make)),
    ),

  saveGeneration: (lead, generation, ownerSets) =>
    leading(disk, lead)('strict', ['device'], async (tx) => {
      const device = await tx.get('device', 'device')
      if (device === undefined) throw new InvariantError('a generation before an identity')
      tx.put('device', { ...device, generation, ...(ownerSets && { ownerSets }) })
    }),

  lead: () =>
    disk.run('relaxed', ['meta', 'keys'], async (tx) => {
      await erasures.check(tx)
      const value = Number((await tx.get('meta', 'lead'))?.value ?? 0) + 1
      tx.put('meta', { key: 'lead', value })
      return value
    }),

  replica: (slot, fresh) =>
    disk.run('relaxed', ['slots'], async (tx) => {
      const known = await tx.get('slots', slot)
      const replica = known?.replica ?? fresh()
      if (known === undefined) tx.put('slots', { key: slot, replica })
      return replica
    }),

  replicas: () =>
    disk.run('read', ['slots'], async (tx) =>
      (await tx.getAll('slots', { from: 0, to: Infinity })).map(({ replica }) => replica),
    ),

  counter: (slot, object) =>
    disk.run('read', ['counters'], async (tx) => {
      const record = await tx.get('counters', [object, slot])
      if (record === undefined) return { n: 0 }
      const { key: _, ...counter } = record
      return counter
    }),
})

/**
 * Whose a disk is from now on of which that is not known yet. What nobody has written is an account's when
 * the server has admitted it.
 */
function firstOwner(
  known: Records['device'] | undefined,
  account: string | undefined,
): Pick<Records['device'], 'principal' | 'account'> | undefined {
  if (account === undefined || known?.principal !== undefined || known?.account !== undefined)
    return undefined
  return account === '' ? { principal: '' } : { account }
}

function toIdentity({ key: _, retired = [], owners, ...identity }: Records['device']): Identity {
  if (owners === undefined) throw new InvariantError('an identity without owner ids')
  return { ...identity, owners, retired: new Map(retired) }
}
