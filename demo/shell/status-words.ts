import type { ConnectionState, ErrorCode, SyncStatus } from 'react-collab'
import { reasonOf } from './reason.js'

/** How the status line looks. */
export type StatusTone = 'quiet' | 'busy' | 'good' | 'waiting' | 'bad'

/** The status in plain words. */
export interface StatusWords {
  readonly text: string
  readonly tone: StatusTone
}

/** What is loaded sooner than it can be read about is not counted. */
const LONG_LOAD = 1000

const changes = (count: number): string =>
  count === 1 ? '1 change' : `${count.toLocaleString('en')} changes`

/** Says how the edits of this device stand; `isDown` if a line was tried and failed, or is unwanted. */
export function statusWords(
  status: SyncStatus,
  connection: ConnectionState['status'],
  isDown: boolean,
): StatusWords {
  const { state, unsent, rejected, error } = status
  switch (state) {
    case 'loading':
      return { text: 'Opening what is on this device…', tone: 'quiet' }
    case 'saving':
      return { text: 'Saving…', tone: 'busy' }
    case 'offline':
      return offlineWords(unsent, connection, isDown, error?.message)
    case 'syncing':
      return { text: syncingText(status), tone: 'busy' }
    case 'synced':
      return syncedWords(rejected)
    case 'held':
      return { text: `The server holds your changes: ${reasonOf(error?.message)}`, tone: 'bad' }
    case 'failed':
      return { text: failedText(error), tone: 'bad' }
  }
}

function syncedWords(rejected: number): StatusWords {
  if (rejected === 0) return { text: 'All changes synced', tone: 'good' }
  return { text: `All else is synced, ${rejected.toLocaleString('en')} refused`, tone: 'waiting' }
}

function syncingText({ unsent, progress }: SyncStatus): string {
  if (progress !== undefined && progress.expected >= LONG_LOAD) {
    return `Loading ${Math.floor((100 * progress.received) / progress.expected)} %`
  }
  return unsent > 0 ? `Syncing ${changes(unsent)}…` : 'Catching up with the server…'
}

function offlineWords(
  unsent: number,
  connection: ConnectionState['status'],
  isDown: boolean,
  message: string | undefined,
): StatusWords {
  if (connection === 'refused' || connection === 'needs-auth') {
    return { text: `The server turns this page away: ${reasonOf(message)}`, tone: 'bad' }
  }
  const waiting = `${changes(unsent)} ${unsent === 1 ? 'waits' : 'wait'}`
  if (!isDown) {
    return { text: unsent > 0 ? `Connecting, ${waiting}` : 'Saved on this device', tone: 'quiet' }
  }
  const text = unsent > 0 ? `Offline, ${waiting}` : 'Offline, all saved on this device'
  return { text, tone: 'waiting' }
}

/** What is wrong with the disk, and what helps. */
const troubles: Partial<Record<ErrorCode, string>> = {
  CORRUPT: 'What this device has stored cannot be read',
  BLOCKED: 'Waiting for another tab with an older version of this page: close it or reload it',
  LOCAL_STATE_LOST: 'The data of this page was cleared: reload to go on',
  MEMORY_ONLY: 'This browser cannot store: changes last only as long as this page is open',
  QUOTA: 'The disk is full: the last change was not stored',
  STORE_TOO_NEW: 'A newer version of this page is open: reload to go on',
}

/** Whether the disk is gone because this page's account was signed out in another tab. */
export const wasSignedOut = (error: SyncStatus['error']): boolean =>
  error?.code === 'LOCAL_STATE_LOST' && /sign(?:ed |-)out/.test(error.message)

function failedText(error: SyncStatus['error']): string {
  if (wasSignedOut(error)) return 'Signed out in another tab: reload to go on'
  const known = error && troubles[error.code]
  return known ?? `This browser cannot store: ${reasonOf(error?.message)}`
}
