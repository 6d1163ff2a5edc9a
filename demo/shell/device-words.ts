import type { PoolClient } from 'react-collab'
import { timeAgo } from './time-ago.js'

/** What is said of a device beside its name. */
export interface DeviceWords {
  readonly seen: string
  readonly synced: string
  /** It has everything. */
  readonly isSynced: boolean
}

/** Says when a device was last there, and how far it is. */
export function deviceWords(device: PoolClient, now: number): DeviceWords {
  const { stale, behind } = device
  const seen = seenWords(device, now)
  if (stale) return { seen, synced: 'away for long', isSynced: false }
  if (behind === undefined) return { seen, synced: 'nothing loaded yet', isSynced: false }
  if (behind === 0) return { seen, synced: 'up to date', isSynced: true }
  const changes = behind === 1 ? 'change' : 'changes'
  return { seen, synced: `${behind.toLocaleString('en')} ${changes} behind`, isSynced: false }
}

/** Says when a device that lacks something had everything, if that was before it was last there. */
export function completeWords(device: PoolClient, now: number): string | undefined {
  const { connected, lastSeen, lastSynced } = device
  if (lastSynced === undefined || deviceWords(device, now).isSynced) return undefined
  const words = timeAgo(lastSynced, now)
  return words === timeAgo(connected ? now : lastSeen, now) ? undefined : `complete ${words}`
}

function seenWords({ connected, isMe, lastSeen }: PoolClient, now: number): string {
  if (connected) return 'Here now'
  return isMe ? 'Not connected' : `Last seen ${timeAgo(lastSeen, now)}`
}

/** This device first, then those that are here, then the others as they were last seen. */
export function inOrder(devices: readonly PoolClient[]): readonly PoolClient[] {
  const rank = ({ isMe, connected }: PoolClient): number => (isMe ? 0 : connected ? 1 : 2)
  return [...devices].sort(
    (a, b) => rank(a) - rank(b) || (a.connected ? 0 : b.lastSeen - a.lastSeen),
  )
}
