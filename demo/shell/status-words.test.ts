import type { ErrorCode, SyncState, SyncStatus } from 'react-collab'
import { describe, expect, it } from 'vitest'
import { statusWords } from './status-words.js'

const status = (
  state: SyncState,
  unsent = 0,
  error?: NonNullable<SyncStatus['error']>,
): SyncStatus => ({ state, unsent, rejected: 0, ...(error && { error }) })

const text = (of: SyncStatus, isDown = false): string => statusWords(of, 'waiting', isDown).text

describe('the status line', () => {
  it.each([
    [status('saving', 1), 'Saving…'],
    [status('offline'), 'Saved on this device'],
    [status('syncing', 12), 'Syncing 12 changes…'],
    [status('syncing', 1), 'Syncing 1 change…'],
    [status('syncing', 10_000), 'Syncing 10,000 changes…'],
    [status('syncing'), 'Catching up with the server…'],
    [{ ...status('syncing', 3), progress: { received: 4_299, expected: 10_000 } }, 'Loading 42 %'],
    [{ ...status('syncing', 3), progress: { received: 2, expected: 9 } }, 'Syncing 3 changes…'],
    [status('synced'), 'All changes synced'],
    [{ ...status('synced'), rejected: 1 }, 'All else is synced, 1 refused'],
    [
      status('held', 2, { code: 'FORBIDDEN', message: 'FORBIDDEN: ask Ada' }),
      'The server holds your changes: ask Ada',
    ],
    [
      status('failed', 2, { code: 'QUOTA', message: 'QUOTA: the disk is full' }),
      'The disk is full: the last change was not stored',
    ],
  ])('%j reads %s', (of, words) => expect(text(of)).toBe(words))

  it('counts what waits while there is no line', () => {
    expect(text(status('offline', 12), true)).toBe('Offline, 12 changes wait')
    expect(text(status('offline', 1), true)).toBe('Offline, 1 change waits')
    expect(text(status('offline'), true)).toBe('Offline, all saved on this device')
  })

  it('says what helps against trouble with the disk', () => {
    const of = (code: ErrorCode) =>
      text(status('failed', 0, { code, message: `${code}: IndexedDB` }))
    expect(of('LOCAL_STATE_LOST')).toMatch(/cleared: reload/)
    const signedOut = {
      code: 'LOCAL_STATE_LOST',
      message: 'LOCAL_STATE_LOST: signed out in another tab',
    } as const
    expect(text(status('failed', 0, signedOut))).toMatch(/^Signed out in another tab/)
    expect(of('CORRUPT')).toMatch(/cannot be read/)
    expect(of('BLOCKED')).toMatch(/another tab/)
    expect(of('STORE_TOO_NEW')).toMatch(/newer version/)
    expect(of('STORE_FAILED')).toBe('This browser cannot store: IndexedDB')
  })

  it('says that memory is not a disk', () => {
    const memory = status('failed', 0, { code: 'MEMORY_ONLY', message: 'MEMORY_ONLY: no disk' })
    expect(text(memory)).toMatch(/as long as this page is open/)
  })

  it('says why the server wants nothing of this page', () => {
    const refused = status('offline', 0, { code: 'ORIGIN', message: 'ORIGIN: not from here' })
    const words = statusWords(refused, 'refused', true)
    expect(words).toEqual({
      text: 'The server turns this page away: not from here',
      tone: 'bad',
    })
  })
})
