import type { CollabError, ErrorCode } from 'react-collab'
import { reasonOf } from '../../shell/reason.js'

const edits = (count: number): string =>
  count === 1 ? '1 edit' : `${count.toLocaleString('en')} edits`

/** How far the branch is from the list: "2 edits ahead". */
export const aheadWords = (ahead: number): string =>
  ahead === 0 ? 'nothing changed yet' : `${edits(ahead)} ahead`

/** What is asked before edits are lost. */
export const dropQuestion = (ahead: number): string =>
  `Drop the branch? Its ${edits(ahead)} ${ahead === 1 ? 'is' : 'are'} lost.`

/** What the button says that loses them. */
export const dropWords = (ahead: number): string => (ahead === 0 ? 'Drop' : `Drop ${edits(ahead)}`)

/** What the button says that brings the edits to the list. */
export const pushWords = (ahead: number): string => (ahead === 0 ? 'Push' : `Push ${edits(ahead)}`)

/** What edits of the branch were parked for. */
export const strandedWords = (count: number): string =>
  `${edits(count)} of the branch could not go on`

/** Said when the branch goes while this tab shows it. */
export const goneWords =
  'The branch was dropped in another tab, with what was not pushed. This is the shared list.'

const troubles: Partial<Record<ErrorCode, string>> = {
  NO_BRANCH: goneWords,
  QUOTA: 'The disk is full: nothing has changed.',
  CORRUPT: 'The branch cannot be read on this device.',
}

/** What went wrong with a branch, in words. */
export function troubleWords(error: unknown): string {
  const { code, message } = error as CollabError
  return troubles[code] ?? `That did not work, and changed nothing: ${reasonOf(message)}`
}
