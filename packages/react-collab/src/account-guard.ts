import { cut, type HelloDown, StorageError } from '@react-collab/core'
import type { Connection } from './connection.js'
import type { Identity, LocalStore } from './store/store.js'

/** Whom a guard tells, and what it looks at. */
export interface AccountGuardHost {
  readonly store: Pick<LocalStore, 'unsent' | 'saveAccount'>
  readonly lead: number
  readonly connection: Pick<Connection, 'refuse'>
  readonly failed: (error: unknown) => void
}

const reasons = {
  UNSENT_EDITS:
    'edits were made here while nobody was signed in: adoptEdits lets this account have them',
  OTHER_ACCOUNT:
    'another account’s data lies here: give each account a client with its own account or name',
} as const

/** Why an account may not have a disk: it was given to another one; undefined when it may. */
export function strangerOn(
  { account: owner }: Pick<Identity, 'account'>,
  account: string | undefined,
): StorageError | undefined {
  if (owner === undefined || owner === account) return undefined
  const who = account === undefined ? 'nobody' : cut(account)
  const message = `the data of account ${cut(owner)} lies in this store, and ${who} asks for it: give each account a store of its own`
  return new StorageError('OTHER_ACCOUNT', message)
}

/** Keeps a disk to one account: nothing that lies there is sent for, or shown to, somebody else (R8). */
export class AccountGuard {
  readonly #host: AccountGuardHost
  #isAdopting = false
  /** The last hello had a token. */
  #hasToken = false

  constructor(host: AccountGuardHost) {
    this.#host = host
  }

  /** Whoever is signed in may have what was written while nobody was. */
  adopt(): void {
    this.#isAdopting = true
  }

  /** Takes note of what a hello is sent with. */
  hello(token: string | undefined): void {
    this.#hasToken = token !== undefined
  }

  /**
   * Gives whose the disk is with a welcome, or refuses the connection; undefined also when it is no more
   * the current one by then. Without a token it is nobody's, whatever the server calls those.
   */
  async admit(
    { principal }: HelloDown,
    { client, principal: known }: Identity,
    isCurrent: () => boolean,
  ): Promise<string | undefined> {
    const account = !this.#hasToken || principal === client ? '' : principal
    const code = await this.#judge(account, known)
    if (!isCurrent()) return undefined
    if (code === undefined) return account
    this.#host.connection.refuse(code, reasons[code])
    return undefined
  }

  async #judge(
    account: string,
    known: string | undefined,
  ): Promise<keyof typeof reasons | undefined> {
    if (known === undefined || known === account) return undefined
    if (known !== '') return 'OTHER_ACCOUNT'
    return this.#isAdopting || (await this.#unsent()) === 0 ? undefined : 'UNSENT_EDITS'
  }

  /** Remembers whose the disk is. */
  async save(principal: string, account: string | undefined): Promise<void> {
    this.#isAdopting = false
    const { store, lead, failed } = this.#host
    await store.saveAccount(lead, principal, account).catch(failed)
  }

  async #unsent(): Promise<number> {
    try {
      return await this.#host.store.unsent()
    } catch (error) {
      this.#host.failed(error)
      return Infinity
    }
  }
}
