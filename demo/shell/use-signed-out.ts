import { useSyncExternalStore } from 'react'
import { hearSignOut } from './account.js'

let isSignedOut = false

/** Tells whether who was signed in when the page was loaded was signed out in another tab since. */
export const useSignedOut = (): boolean => useSyncExternalStore(subscribe, () => isSignedOut)

const subscribe = (listener: () => void): (() => void) =>
  hearSignOut(() => {
    isSignedOut = true
    listener()
  })
