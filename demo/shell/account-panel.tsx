import { type FormEvent, type JSX, useState } from 'react'
import { useClient, useOutbox } from 'react-collab'
import { isAccountName, keepAccount, readAccount } from './account.js'
import { SignOut } from './sign-out.js'

/** Signs in and out; each account has its own copy of everything on this device. */
export function AccountPanel(): JSX.Element {
  const [account] = useState(readAccount)
  return account === undefined ? <SignIn /> : <SignOut name={account.name} />
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
          ref={askFirst}
          className="input"
          value={name}
          maxLength={30}
          autoComplete="username"
          onChange={(event) => setName(event.target.value)}
        />
      </label>
      {waits > 0 && (
        <label className="account-adopts">
          <input
            type="checkbox"
            checked={adopts}
            onChange={(event) => setAdopts(event.target.checked)}
          />
          <span>Take along what was written here and not sent yet ({waits})</span>
        </label>
      )}
      <button type="submit" className="button is-primary" disabled={!isAccountName(name.trim())}>
        Sign in
      </button>
    </form>
  )
}

/** A dialog begins with what has this attribute, which React never writes. */
const askFirst = (input: HTMLInputElement | null): void => input?.setAttribute('autofocus', '')
