import type { PoolClient } from 'react-collab'
import { describe, expect, it } from 'vitest'
import { completeWords, deviceWords, inOrder } from './device-words.js'

const now = 1_700_000_000_000
const device = (more: Partial<PoolClient>): PoolClient => ({
  id: 'a',
  principal: 'a',
  isMe: false,
  lastSeen: now - 3_600_000,
  lastSynced: undefined,
  connected: false,
  stale: false,
  behind: 0,
  ...more,
})

const said = (more: Partial<PoolClient>): string => {
  const { seen, synced } = deviceWords(device(more), now)
  return `${seen}, ${synced}`
}

describe('the devices of an address book', () => {
  it('say when they were last there and how far they are', () => {
    expect(said({ connected: true })).toBe('Here now, up to date')
    expect(said({ isMe: true })).toBe('Not connected, up to date')
    expect(said({ behind: 1 })).toBe('Last seen 1 hour ago, 1 change behind')
    expect(said({ behind: 1200 })).toBe('Last seen 1 hour ago, 1,200 changes behind')
    expect(said({ behind: undefined })).toBe('Last seen 1 hour ago, nothing loaded yet')
    expect(said({ stale: true, lastSeen: now - 9 * 86_400_000, behind: 3 })).toBe(
      'Last seen 9 days ago, away for long',
    )
  })

  it('say when they had everything only where it was before they were last there', () => {
    const complete = (more: Partial<PoolClient>) =>
      completeWords(device({ behind: 3, ...more }), now)
    expect(complete({ lastSynced: now - 2 * 3_600_000 })).toBe('complete 2 hours ago')
    expect(complete({ lastSynced: now - 3_600_000 })).toBeUndefined()
    expect(complete({ lastSynced: now, connected: true })).toBeUndefined()
    expect(complete({ lastSynced: now - 60_000, connected: true })).toBe('complete 1 minute ago')
    expect(complete({ lastSynced: now - 2 * 3_600_000, behind: 0 })).toBeUndefined()
  })

  it('begin with this one, then those that are here, then by when they were', () => {
    const devices = [
      device({ id: 'old', lastSeen: 1 }),
      device({ id: 'here', connected: true }),
      device({ id: 'late', lastSeen: now }),
      device({ id: 'me', isMe: true }),
    ]
    expect(inOrder(devices).map(({ id }) => id)).toEqual(['me', 'here', 'late', 'old'])
  })
})
