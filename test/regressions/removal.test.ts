/** An object that its owner removes for everyone. */
import { join } from 'node:path'
import { branchOf, poolOf, presenceOf, removeObject } from 'react-collab'
import { expect, it } from 'vitest'
import { agree, type Device, newFolder, openDevice, startStation, until } from './lab.js'

const phone = ({ object }: Device): unknown => object().row('people', 'ada')?.['phone']
const isGone = (device: Device): boolean => phone(device) === undefined
const isOffline = ({ client }: Device): boolean => client.connection.status === 'offline'
const term = ({ object }: Device): string | undefined => object().replica.cursor?.term
const isAllowed = {
  authorize: ({ action }: { readonly action: string }) => (action === 'remove' ? 'remove' : true),
} as never

/** Devices that have a phone number of Ada. */
async function withAda(devices: readonly Device[]): Promise<void> {
  await agree(devices)
  await devices[0]!.object().update('people', 'ada', { phone: '1' }).server
  await agree(devices)
}

it('[REM6] is gone on every device, also of who was away; what was not sent is kept, and can be made again', async () => {
  const { url } = await startStation(isAllowed)
  const [owner, online, away, writing] = [0, 1, 2, 3].map(() => openDevice(url)) as [
    Device,
    Device,
    Device,
    Device,
  ]
  await withAda([owner, online, away, writing])
  const before = term(owner)
  for (const device of [away, writing]) device.client.setOffline(true)
  await until(() => isOffline(away) && isOffline(writing))
  await writing.object().update('people', 'ada', { phone: '2' }).local
  const refused = writing
    .object()
    .add('people', { id: 'bob', phone: '3' })
    .server.catch((error) => error.code)
  await removeObject(owner.client, 'object')
  await until(() => isGone(owner) && isGone(online), 'it is gone where people are')
  expect([phone(away), phone(writing)]).toEqual(['1', '2'])

  // It is begun anew before the others are back: they have a cursor of its earlier life.
  await online.object().update('people', 'eve', { phone: '4' }).server
  away.client.setOffline(false)
  writing.client.setOffline(false)
  expect(await refused).toBe('REMOVED')
  await agree([owner, online, away, writing])
  for (const device of [owner, online, away, writing]) {
    expect(device.object().replica.visible.confirmed.rows.size).toBe(1)
    expect(device.object().replica.cursor?.seq).toBe(1)
  }
  expect(term(writing)).toBe(term(online))
  expect(term(writing)).not.toBe(before)
  const { rejected } = writing.client.outbox
  expect(rejected.map(({ code }) => code)).toEqual(['BASE_LOST', 'REMOVED'])
  const [ofAda, bob] = rejected.map(({ key }) => key) as [number, number]
  await writing.client.retry(bob)
  await expect(writing.client.retry(ofAda)).rejects.toMatchObject({ code: 'BASE_LOST' })
  await online.object().add('people', { id: 'ada', phone: '5' }).server
  await agree([owner, online, away, writing])
  await writing.client.retry(ofAda)
  await agree([owner, online, away, writing])
  expect([phone(away), away.object().row('people', 'bob')]).toEqual([
    '2',
    { id: 'bob', phone: '3' },
  ])
})

it('[REM6] stays removed when the server starts again, and for who comes only then', async () => {
  const station = await startStation(isAllowed)
  const file = join(newFolder(), 'client.db')
  const [owner, away] = [openDevice(station.url), openDevice(station.url, { file })]
  await withAda([owner, away])
  await away.client.close()
  await removeObject(owner.client, 'object')
  await station.stop()
  await station.start()
  const [back, fresh] = [openDevice(station.url, { file }), openDevice(station.url)]
  await until(() => back.object().ready && isGone(back), 'it is gone')
  await agree([owner, back, fresh])
  expect(fresh.object().replica.visible.confirmed.rows.size).toBe(0)
  await back.object().update('people', 'ada', { phone: '5' }).server
  await agree([owner, back, fresh])
  expect([phone(owner), fresh.object().replica.cursor?.seq]).toEqual(['5', 1])
})

it('[REM4] is refused to whom authorize does not let, and nothing changes', async () => {
  const { url } = await startStation({ authorize: () => true })
  const [a, b] = [openDevice(url), openDevice(url)]
  await withAda([a, b])
  await expect(removeObject(a.client, 'object')).rejects.toMatchObject({ code: 'FORBIDDEN' })
  await a.object().update('people', 'ada', { phone: '2' }).server
  await agree([a, b])
  expect(phone(b)).toBe('2')
})

it('[REM7] a branch keeps its edits and pushes them; who is here is shown; its clients have joined since', async () => {
  const { url } = await startStation({ ...(isAllowed as object), heartbeatMs: 200 })
  const [owner, b, gone] = [openDevice(url), openDevice(url), openDevice(url)] as const
  await withAda([owner, b, gone])
  presenceOf(owner.object()).set({ name: 'Anna' })
  const others = (): unknown[] =>
    presenceOf(b.object())
      .others()
      .map((peer) => peer)
  const stop = presenceOf(b.object()).subscribe(() => undefined)
  await until(() => JSON.stringify(others()).includes('Anna'), 'Anna is here')
  const branch = branchOf(b.client, 'object', 'draft')
  await branch.create()
  await b.client.peek(branch.target).update('people', 'bob', { phone: '7' }).local
  const pool = poolOf(owner.client, 'object')
  const listen = pool.subscribe(() => undefined)
  await until(() => pool.read().clients?.length === 3, 'three are known')
  await gone.client.close()
  await removeObject(owner.client, 'object')
  await until(() => isGone(owner) && isGone(b))
  await until(() => pool.read().clients?.length === 2, 'two have joined since')
  await until(() => JSON.stringify(others()).includes('Anna'), 'Anna is still here')
  await branch.push().server
  await until(() => owner.object().row('people', 'bob')?.['phone'] === '7', 'the branch is pushed')
  stop()
  listen()
})
