import { useEffect, useRef } from 'react'
import {
  branchOf,
  type BranchState,
  useBranch,
  useClient,
  useConnection,
  useOutbox,
} from 'react-collab'
import { type BranchNames, goneWords, troubleWords } from './branch-words.js'
import { type Notice, useNotice } from './use-notice.js'
import { type Side, useSide } from './use-side.js'

/** Each object has one branch on this device. */
const NAME = 'draft'

/** The branch of an object, and what this tab shows of the two. */
export interface ObjectBranch {
  readonly names: BranchNames
  readonly status: BranchState['status']
  /** It is there, and cannot be read. */
  readonly isDamaged: boolean
  /** What this tab shows; always what is shared while there is no branch. */
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

/**
 * Tries changes on a branch of an object: shows one of the two, and says what became of it.
 * `names` must be stable.
 */
export function useObjectBranch(object: string, names: BranchNames): ObjectBranch {
  const client = useClient()
  const { status, error, target, ahead, ...branch } = useBranch(object, NAME)
  const isOnline = useConnection().status === 'online'
  const { rejected } = useOutbox()
  const [chosen, choose] = useSide(`${names.shared}: side`)
  // Else the whole disk cannot be read, which the page says.
  const isDamaged = error?.code === 'CORRUPT'
  const isThere = status !== 'none' && (status !== 'failed' || isDamaged)
  const side = isThere ? chosen : 'shared'
  const [notice, say] = useNotice()
  const wasOpen = useRef(false)

  useEffect(() => {
    if (status === 'open') wasOpen.current = true
    if (status !== 'none') return
    // One that is made later in another tab takes nothing from under anyone's hands.
    choose('shared')
    if (wasOpen.current) say({ tone: 'bad', text: goneWords(names) })
    wasOpen.current = false
  }, [status, choose, say, names])

  /** Does something, and says that it is done or why it is not. */
  function act(work: () => Promise<unknown>, text?: string): void {
    say(undefined)
    work().then(
      () => text !== undefined && say({ tone: 'good', text }),
      (error: unknown) => say({ tone: 'bad', text: troubleWords(names, error) }),
    )
  }

  /** Tells it once it is so: what was pushed may wait for a line that is only just coming. */
  function push(): void {
    const { local, server } = branch.push()
    const text = `Pushed: it is in the ${names.shared}.`
    act(() => local, isOnline ? text : 'Pushed: others get it once there is a line.')
    if (isOnline) return
    // What is refused is told in a list of its own.
    local
      .then(() => server)
      .then(() => say({ tone: 'good', text }))
      .catch(() => undefined)
  }

  return {
    names,
    status,
    isDamaged,
    side,
    shown: side === 'branch' ? target : object,
    target,
    ahead,
    stranded: rejected.filter((edit) => edit.object === target).length,
    notice,
    show: choose,
    create: () => act(() => branch.create().then(() => choose('branch'))),
    push,
    pull: () => act(branch.pull, `The ${names.branch} has the latest of the ${names.shared}.`),
    drop() {
      // Who drops it knows.
      wasOpen.current = false
      act(branch.drop, `The ${names.branch} was dropped.`)
    },
    mend: () => act(() => branchOf(client, object, NAME).reload()),
  }
}
