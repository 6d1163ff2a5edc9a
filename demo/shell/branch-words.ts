import type { CollabError, ErrorCode } from 'react-collab'
import { reasonOf } from './reason.js'

/** What a page calls its branch, and what that is a branch of: 'draft', 'shared note'. */
export interface BranchNames {
  readonly branch: string
  readonly shared: string
}

/** A name at the beginning of a line. */
export const capital = (name: string): string => name.charAt(0).toUpperCase() + name.slice(1)

const edits = (count: number): string =>
  count === 1 ? '1 edit' : `${count.toLocaleString('en')} edits`

/** How far a branch is from what it is a branch of: "2 edits ahead". */
export const aheadWords = (ahead: number): string =>
  ahead === 0 ? 'nothing changed yet' : `${edits(ahead)} ahead`

/** What is asked before edits are lost. */
export const dropQuestion = ({ branch }: BranchNames, ahead: number): string =>
  `Drop the ${branch}? Its ${edits(ahead)} ${ahead === 1 ? 'is' : 'are'} lost.`

/** What the button says that loses them. */
export const dropWords = (ahead: number): string => (ahead === 0 ? 'Drop' : `Drop ${edits(ahead)}`)

/** What the button says that gives the edits to everyone. */
export const pushWords = (ahead: number): string => (ahead === 0 ? 'Push' : `Push ${edits(ahead)}`)

/** What edits of the branch were parked for. */
export const strandedWords = ({ branch }: BranchNames, count: number): string =>
  `${edits(count)} of the ${branch} could not go on`

/** Said when the branch goes while this tab shows it. */
export const goneWords = ({ branch, shared }: BranchNames): string =>
  `The ${branch} was dropped in another tab, with what was not pushed. Shown now: the ${shared}.`

/** What went wrong with a branch, in words. */
export function troubleWords(names: BranchNames, error: unknown): string {
  const { code, message } = error as CollabError
  const troubles: Partial<Record<ErrorCode, string>> = {
    NO_BRANCH: goneWords(names),
    QUOTA: 'The disk is full: nothing has changed.',
    CORRUPT: `The ${names.branch} cannot be read on this device.`,
  }
  return troubles[code] ?? `That did not work, and changed nothing: ${reasonOf(message)}`
}
