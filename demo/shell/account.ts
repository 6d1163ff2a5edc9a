import { keptAs } from './device.js'

const KEY = keptAs('account')

/** Who is signed in on this device, and what was said at the sign-in. */
export interface Account {
  readonly name: string
  /** They take along what was written here while nobody was signed in. */
  readonly adopts: boolean
}

const nameShape = /^[\p{L}\d][\p{L}\d .-]{0,30}$/u

/** Whether somebody can be called so. */
export const isAccountName = (name: string): boolean => nameShape.test(name)

/** Reads who is signed in; undefined when nobody is. */
export function readAccount(): Account | undefined {
  try {
    const text = localStorage.getItem(KEY)
    const { name, adopts } = (text === null ? {} : JSON.parse(text)) as Partial<
      Record<keyof Account, unknown>
    >
    if (typeof name !== 'string' || !isAccountName(name)) return undefined
    return { name, adopts: adopts === true }
  } catch {
    return undefined
  }
}

/** Remembers who is signed in; undefined for nobody. The page has to be loaded again. */
export function keepAccount(account: Account | undefined): void {
  if (account === undefined) localStorage.removeItem(KEY)
  else localStorage.setItem(KEY, JSON.stringify(account))
}

/** Calls back when another tab signs out, whatever it does with what was written; the function that comes back ends it. */
export function hearSignOut(onSignOut: () => void): () => void {
  const hear = ({ key, newValue }: StorageEvent): void => {
    if (key === KEY && newValue === null) onSignOut()
  }
  addEventListener('storage', hear)
  return () => removeEventListener('storage', hear)
}
