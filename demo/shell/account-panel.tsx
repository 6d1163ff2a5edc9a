import { type FormEvent, type JSX, useState } from 'react'
import { signOut, type Unsent, useClient, useOutbox } from 'react-collab'
import { type Account, isAccountName, keepAccount, readAccount } from './account.js'
import { saveAsFile } from './save-as-file.js'

/** Signs in and out; each account has its own copy of everything on this device. */
export function AccountPanel(): JSX.Element {
  const [account] = useState(readAccount)
  return account === undefined ? <SignIn /> : <SignOut account={account} />
}

/** Anybody may call themselves anything: it is a demo. */
function SignIn(): JSX.Element {
  const client = useClient()
  const { pending } = useOutbox()
  const [name, setName] = useState('')
  const [adopts, setAdopts] = useState(true)
  const waits = pending.length

  function signIn(event: FormEvent): void {
    event.preventDefault()
    if (!isAccountName(name.trim())) return
    keepAccount({ name: name.trim(), adopts: adopts && waits > 0 })
    void client.close().finally(() => location.reload())
  }

  return (
    <form className="account" aria-label="Sign in" onSubmit={signIn}>
      <p>
        Nobody is signed in. Each account has its own copy on this device; in this demo no password
        is asked.
      </p>
      <label className="me-name">
        Your name
        <input
          className="input"
          value={name}
          maxLength={30}
          autoComplete="username"
          onChange={(event) => setName(event.target.value)}
        />
      </label>
      {waits > 0 && (
        <label>
          <input
            type="checkbox"
            checked={adopts}
            onChange={(event) => setAdopts(event.target.checked)}
          />{' '}
          Take along what was written here and not sent yet ({waits})
        </label>
      )}
      <button type="submit" className="button is-primary" disabled={!isAccountName(name.trim())}>
        Sign in
      </button>
    </form>
  )
}

function SignOut({ account }: { readonly account: Account }): JSX.Element {
  const client = useClient()
  const outbox = useOutbox()
  const [state, setState] = useState<'idle' | 'asking' | 'working' | 'failed'>('idle')

  function leave(unsent?: Unsent): void {
    setState('working')
    signOut(client, unsent).then(
      () => {
        keepAccount(undefined)
        location.reload()
      },
      () => setState(unsent === 'send' ? 'failed' : 'asking'),
    )
  }

  if (state === 'idle' || state === 'working')
    return (
      <div className="account">
        <p>
          <b>{account.name}</b> is signed in. Signing out erases the copy on this device.
        </p>
        <button
          type="button"
          className="button"
          disabled={state === 'working'}
          onClick={() => leave()}
        >
          Sign out
        </button>
      </div>
    )
  return (
    <div className="account" role="group" aria-label="Sign out?">
      <p role="alert">{state === 'failed' ? NOT_SENT : QUESTION}</p>
      <div className="account-choices">
        <button type="button" className="button is-primary" onClick={() => leave('send')}>
          Send, then sign out
        </button>
        <button type="button" className="button" onClick={() => leave('keep')}>
          Keep it here
        </button>
        <button
          type="button"
          className="button"
          onClick={() => saveAsFile('unsent-edits.json', [...outbox.pending, ...outbox.rejected])}
        >
          Export
        </button>
        <button type="button" className="button is-danger" onClick={() => leave('discard')}>
          Discard it
        </button>
        <button type="button" className="button" autoFocus onClick={() => setState('idle')}>
          Stay
        </button>
      </div>
    </div>
  )
}

const QUESTION = 'Some of what you wrote is on this device alone.'

const NOT_SENT = 'It could not all be sent: there is no server, or it was refused.'
