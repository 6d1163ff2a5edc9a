import type { Access, HostOptions } from './options.js'
import { guardPush, type ReadPush } from './push.js'

/** Asks the app; what fails in there allows nothing, for now. */
export interface Permission {
  may(access: Access, action: 'read' | 'write'): boolean | Promise<boolean>
  /** Adds what the app's guard refuses to a push. */
  guard(read: ReadPush, access: Access): ReadPush
}

/** Wraps the app's `authorize` and `guard`. */
export function createPermission(
  { authorize, guard }: HostOptions,
  report: (error: unknown) => void,
): Permission {
  const refuse = (error: unknown): boolean => {
    report(error)
    return false
  }
  return {
    may: (access, action) => {
      try {
        const isAllowed = authorize({ ...access, action })
        if (typeof isAllowed === 'boolean') return isAllowed
        return Promise.resolve(isAllowed).then((is) => is === true, refuse)
      } catch (error) {
        return refuse(error)
      }
    },
    guard: (read, access) => {
      if (guard === undefined || read.failure !== undefined) return read
      try {
        return { ...read, refused: guardPush(read, guard, access) }
      } catch (error) {
        report(error)
        return { ...read, failure: { code: 'FORBIDDEN', message: 'the guard failed' } }
      }
    },
  }
}
