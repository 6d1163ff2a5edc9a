/** What outlives the entries that it came with. */
import { expect, it } from 'vitest'
import { agree, type Device, nodePlatform, openDevice, startStation, until } from './lab.js'

/** A new device that has everything, and whether it was given rows and no entry. */
async function joinAnew(url: string): Promise<{ device: Device; isByRows: boolean }> {
  const device = openDevice(url)
  const heard: string[] = []
  device.line.passes = (way, event) => {
    if (way === 'down') heard.push(event)
    return true
  }
  await agree([device])
  return { device, isByRows: heard.includes('state') && !heard.includes('entries') }
}

it('[REG19] regression 19: stamps outlive their entries, so an older write that comes late loses', async () => {
  const station = await startStation({ retention: { days: 0, entries: 0 } })
  const { url } = station
  const a = openDevice(url)
  const b = openDevice(url, { platform: nodePlatform(1, -60_000) })
  await agree([a, b])
  b.client.setOffline(true)
  await b.object().change({ p: 'older', q: 1 }).local
  await a.object().change({ p: 'newer' }).server
  // The next process finds what is to be compacted, and prunes it.
  await station.stop()
  await station.start()
  let fresh = await joinAnew(url)
  for (let i = 0; i < 100 && !fresh.isByRows; i++) {
    await fresh.device.client.close()
    fresh = await joinAnew(url)
  }
  expect(fresh.isByRows).toBe(true)
  b.client.setOffline(false)
  await until(() => b.client.status.unsent === 0, 'the older write is in the log')
  const devices = [a, b, fresh.device, (await joinAnew(url)).device]
  await agree(devices)
  for (const { object } of devices) expect(object().get()).toEqual({ p: 'newer', q: 1 })
})
