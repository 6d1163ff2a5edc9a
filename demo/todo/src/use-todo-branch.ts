import { useEffect, useRef } from 'react'
import {
  branchOf,
  type BranchState,
  useBranch,
  useClient,
  useConnection,
  useOutbox,
} from 'react-collab'
import { goneWords, troubleWords } from './branch-words.js'
import { type Notice, useNotice } from './use-notice.js'
import { type Side, useSide } from './use-side.js'

/** Each list has one branch on this device. */
const NAME = 'draft'

/** The branch of a list, and what this tab shows of the two. */
export interface TodoBranch {
  readonly status: BranchState['status']
  /** It is there, and cannot be read. */
  readonly isDamaged: boolean
  /** What this tab shows; always the list while there is no branch. */
  readonly side: Side
  /** The object that this tab shows. */
  readonly shown: string
  /** The branch as an object, also while it is not there. */
  readonly target: string
  readonly ahead: number
  /** Edits that could not be pushed, or not be kept at a pull. */
  readonly stranded: number
  readonly notice: Notice | undefined
  readonly show: (side: Side) => void
  readonly create: () => void
  readonly push: () => void
  readonly pull: () => void
  readonly drop: () => void
  /** Makes a branch anew that cannot be read; its own edits stay. */
  readonly mend: () => void
}

/** Tries changes on a branch of a list: shows one of the two, and says what became of it. */
export function useTodoBranch(list: string): TodoBranch {
  const client = useClient()
  const { status, error, target, ahead, ...branch } = useBranch(list, NAME)
  const isOnline = useConnection().status === 'online'
  const { rejected } = useOutbox()
  const [chosen, choose] = useSide()
  // Else the whole disk cannot be read, which the list says.
  const isDamaged = error?.code === 'CORRUPT'
  const isThere = status !== 'none' && (status !== 'failed' || isDamaged)
  const side = isThere ? chosen : 'list'
  const [notice, say] = useNotice()
  const wasOpen = useRef(false)

  useEffect(() => {
    if (status === 'open') wasOpen.current = true
    if (status !== 'none' || chosen === 'list') return
    // One that is made later in another tab takes nothing from under anyone's hands.
    choose('list')
    // Who drops it here has chosen the list before.
    if (wasOpen.current) say({ tone: 'bad', text: goneWords })
  }, [status, chosen, choose, say])

  /** Does something, and says that it is done or why it is not. */
  function act(work: () => Promise<unknown>, text?: string): void {
    say(undefined)
    work().then(
      () => text !== undefined && say({ tone: 'good', text }),
      (error: unknown) => say({ tone: 'bad', text: troubleWords(error) }),
    )
  }

  const pushed = isOnline
    ? 'Pushed: it is in the shared list.'
    : 'Pushed: others get it once there is a line.'
  return {
    status,
    isDamaged,
    side,
    shown: side === 'branch' ? target : list,
    target,
    ahead,
    stranded: rejected.filter(({ object }) => object === target).length,
    notice,
    show: choose,
    create: () => act(() => branch.create().then(() => choose('branch'))),
    push: () => act(() => branch.push().local, pushed),
    pull: () => act(branch.pull, 'The branch has the latest of the shared list.'),
    drop() {
      choose('list')
      act(branch.drop, 'The branch was dropped.')
    },
    mend: () => act(() => branchOf(client, list, NAME).reload()),
  }
}
