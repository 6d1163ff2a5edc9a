import { StorageError } from '@react-collab/core'
import { describe, expect, it } from 'vitest'
import { type StatusInput, statusOf, type SyncState } from './status.js'
import type { LinkReport } from './tabs.js'

const live: LinkReport = { phase: 'live', seq: 3, head: 3, pending: 0 }
const held: LinkReport = { ...live, phase: 'held', code: 'FORBIDDEN', message: 'no' }
const disk = new StorageError('QUOTA', 'full')

const calm: StatusInput = {
  ready: true,
  unsaved: 0,
  unsent: 0,
  rejected: 0,
  connection: { status: 'online' },
  links: [live],
  trouble: undefined,
}

const offline = { status: 'offline' } as const
const needsAuth = { status: 'needs-auth', message: 'sign in' } as const
const refused = { status: 'refused', code: 'CLIENT_TOO_OLD', message: 'reload' } as const
const waiting = { status: 'waiting', message: 'gone' } as const

it('[STA7] tells how much has come of all that is loaded', () => {
  const loading = (received: number, expected: number): LinkReport => ({
    ...live,
    phase: 'catching-up',
    progress: { received, expected },
  })
  const links = [live, loading(10, 100), loading(32, 60)]
  expect(statusOf({ ...calm, links })).toMatchObject({
    state: 'syncing',
    progress: { received: 42, expected: 160 },
  })
  expect(statusOf(calm)).not.toHaveProperty('progress')
})

describe('[CON5] the status, in one word', () => {
  it.each<[string, Partial<StatusInput>, SyncState, string?]>([
    ['all is well', {}, 'synced'],
    ['nothing is open', { links: [] }, 'synced'],
    ['the disk is being read', { ready: false }, 'loading'],
    ['edits go to the disk', { unsaved: 2, unsent: 2 }, 'saving'],
    ['edits go to the disk, offline', { unsaved: 1, connection: offline }, 'saving'],
    ['edits go up', { unsent: 1 }, 'syncing'],
    ['entries come down', { links: [live, { ...live, phase: 'catching-up' }] }, 'syncing'],
    ['an object joins', { links: [{ ...live, phase: 'joining' }] }, 'syncing'],
    ['an object waits', { links: [{ ...live, phase: 'waiting' }] }, 'syncing'],
    ['no server', { connection: waiting, unsent: 3 }, 'offline'],
    [
      'the server cannot tell who this is',
      { connection: { ...waiting, code: 'POLICY_FAILED' } },
      'offline',
      'POLICY_FAILED',
    ],
    [
      'the server has an older schema',
      { connection: { ...waiting, code: 'SERVER_TOO_OLD' } },
      'offline',
      'SERVER_TOO_OLD',
    ],
    ['the server stops', { connection: { ...waiting, code: 'SHUTTING_DOWN' } }, 'offline'],
    ['no server, by choice', { connection: offline }, 'offline'],
    ['the server holds one object', { links: [live, held], unsent: 1 }, 'held', 'FORBIDDEN'],
    ['held and offline', { links: [held], connection: waiting }, 'offline', 'FORBIDDEN'],
    ['somebody has to sign in', { connection: needsAuth }, 'offline', 'AUTH'],
    ['the app is too old', { connection: refused }, 'offline', 'CLIENT_TOO_OLD'],
    ['the disk is full', { trouble: disk, unsaved: 1 }, 'failed', 'QUOTA'],
    ['the disk is full, and more', { trouble: disk, connection: needsAuth }, 'failed', 'QUOTA'],
    ['the disk could not be read', { trouble: disk, ready: false }, 'failed', 'QUOTA'],
  ])('%s: %o', (_, input, state, code) => {
    const status = statusOf({ ...calm, ...input })
    expect([status.state, status.error?.code]).toEqual([state, code])
  })

  it('counts what is not in the log, and what was refused', () => {
    expect(statusOf({ ...calm, unsent: 3, rejected: 2 })).toEqual({
      state: 'syncing',
      unsent: 3,
      rejected: 2,
    })
  })
})
