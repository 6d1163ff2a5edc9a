import { type JSX, useState } from 'react'
import {
  signOut,
  type Unsent,
  useClient,
  useConnection,
  useOutbox,
  useSyncStatus,
} from 'react-collab'
import { keepAccount } from './account.js'
import { saveAsFile } from './save-as-file.js'
import { canSend, type SignOutStage, signOutWords, type Waiting } from './sign-out-words.js'

/** Signs somebody out, and asks before what no server has is lost. */
export function SignOut({ name }: { readonly name: string }): JSX.Element {
  const client = useClient()
  const [stage, setStage] = useState<'idle' | 'leaving' | SignOutStage>('idle')

  function leave(unsent?: Unsent): void {
    setStage(unsent === 'send' ? 'sending' : 'leaving')
    signOut(client, unsent).then(
      () => {
        keepAccount(undefined)
        location.reload()
      },
      () => setStage(unsent === 'send' ? 'failed' : 'asking'),
    )
  }

  if (stage === 'idle' || stage === 'leaving')
    return (
      <div className="account">
        <p>
          <b>{name}</b> is signed in. Signing out erases the copy on this device.
        </p>
        <button
          type="button"
          className="button"
          disabled={stage === 'leaving'}
          onClick={() => leave()}
        >
          Sign out
        </button>
      </div>
    )
  return <Question stage={stage} onLeave={leave} onStay={() => setStage('idle')} />
}

interface QuestionProps {
  readonly stage: SignOutStage
  readonly onLeave: (unsent?: Unsent) => void
  readonly onStay: () => void
}

function Question({ stage, onLeave, onStay }: QuestionProps): JSX.Element {
  const { pending, rejected } = useOutbox()
  const waiting = useWaiting()
  const isSent = waiting.unsent + waiting.refused === 0
  const isSending = stage === 'sending'
  return (
    <div className="account" role="group" aria-label="Sign out?">
      <p role="alert">{signOutWords(waiting, stage)}</p>
      <fieldset key={stage} className="account-choices" disabled={isSending}>
        {canSend(waiting) && (
          <button type="button" className="button is-primary" onClick={() => onLeave('send')}>
            Send, then sign out
          </button>
        )}
        {isSent ? (
          <button type="button" className="button is-primary" onClick={() => onLeave()}>
            Sign out
          </button>
        ) : (
          <>
            <button
              type="button"
              className={canSend(waiting) ? 'button' : 'button is-primary'}
              onClick={() => onLeave('keep')}
            >
              Keep it here
            </button>
            <button
              type="button"
              className="button"
              onClick={() => saveAsFile('unsent-edits.json', [...pending, ...rejected])}
            >
              Export
            </button>
            <button type="button" className="button is-danger" onClick={() => onLeave('discard')}>
              Discard it
            </button>
          </>
        )}
        <button type="button" className="button" autoFocus={!isSending} onClick={onStay}>
          Stay
        </button>
      </fieldset>
    </div>
  )
}

/** What of this device's work no server has, as it changes. */
function useWaiting(): Waiting {
  const { state, unsent, rejected } = useSyncStatus()
  const { status } = useConnection()
  return { unsent, refused: rejected, obstacle: obstacleOf(status, state) }
}

function obstacleOf(
  line: ReturnType<typeof useConnection>['status'],
  state: ReturnType<typeof useSyncStatus>['state'],
): string | undefined {
  if (line !== 'online') return 'there is no line to the server'
  return state === 'held' ? 'the server holds them up' : undefined
}
