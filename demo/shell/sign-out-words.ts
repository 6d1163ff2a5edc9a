/** What stands in the way of a sign-out. */
export interface Waiting {
  /** Changes that could be sent. */
  readonly unsent: number
  readonly refused: number
  /** Why nothing can be sent now, in words; undefined where it can. */
  readonly obstacle: string | undefined
}

/** Where a sign-out stands that has to ask. */
export type SignOutStage = 'asking' | 'sending' | 'failed'

const changes = (count: number): string =>
  count === 1 ? '1 change' : `${count.toLocaleString('en')} changes`

/** Whether an attempt to send can be of use. */
export const canSend = ({ unsent, obstacle }: Waiting): boolean =>
  unsent > 0 && obstacle === undefined

/** Says what of somebody's work no server has, and what keeps it from there. */
export function signOutWords(waiting: Waiting, stage: SignOutStage): string {
  const { unsent, refused } = waiting
  if (stage === 'sending') return unsent > 0 ? `Sending ${changes(unsent)}…` : 'Signing out…'
  if (unsent === 0 && refused === 0) return 'Everything has been sent.'
  const parts = [unsent > 0 && unsentWords(waiting, stage), refused > 0 && refusedWords(refused)]
  return parts.filter((part) => part !== false).join(' ')
}

function unsentWords({ unsent, obstacle }: Waiting, stage: SignOutStage): string {
  const began = stage === 'failed' ? 'Not all was sent in ten seconds. ' : ''
  const alone = `${changes(unsent)} ${unsent === 1 ? 'is' : 'are'} on this device alone`
  return obstacle === undefined
    ? `${began}${alone}.`
    : `${began}${alone}, and cannot be sent now: ${obstacle}.`
}

const refusedWords = (refused: number): string =>
  `The server refused ${changes(refused)}: sending again does not help.`
