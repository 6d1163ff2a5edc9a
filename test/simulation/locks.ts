import type { TabLocks } from 'react-collab/testing'

type Granted = Parameters<TabLocks['request']>[2]
type LockOptions = Parameters<TabLocks['request']>[1]

interface Waiting {
  readonly owner: object
  readonly granted: Granted
  readonly resolve: (value: unknown) => void
  readonly reject: (error: unknown) => void
}

interface Held extends Waiting {
  readonly name: string
}

/** The Web Locks of one simulated browser; `release(owner)` is what the death of a tab does. */
export interface SimLocks {
  manager(owner: object): TabLocks
  release(owner: object): void
}

/** Makes the locks of one simulated browser. */
export function createLocks(): SimLocks {
  const held = new Map<string, Held>()
  const queues = new Map<string, Waiting[]>()
  const dead = new WeakSet<object>()

  function grant(name: string, waiting: Waiting): void {
    const holding: Held = { ...waiting, name }
    held.set(name, holding)
    void Promise.resolve(waiting.granted({ name }))
      .then(waiting.resolve, waiting.reject)
      .finally(() => free(holding))
  }

  function free(holding: Held): void {
    if (held.get(holding.name) !== holding) return
    held.delete(holding.name)
    const next = queues.get(holding.name)?.shift()
    if (next !== undefined) grant(holding.name, next)
  }

  function request(
    owner: object,
    name: string,
    options: LockOptions,
    granted: Granted,
  ): Promise<unknown> {
    return new Promise((resolve, reject) => {
      if (dead.has(owner)) return
      const waiting: Waiting = { owner, granted, resolve, reject }
      const holding = held.get(name)
      if (holding !== undefined && options.steal === true) {
        held.delete(name)
        holding.reject(new Error('the lock was stolen'))
      }
      if (!held.has(name)) grant(name, waiting)
      else if (options.ifAvailable === true) resolve(granted(null))
      else queues.set(name, [...(queues.get(name) ?? []), waiting])
    })
  }

  return {
    manager: (owner) => ({
      request: (name, options, granted) => request(owner, name, options, granted),
    }),
    release(owner) {
      dead.add(owner)
      for (const [name, queue] of queues) {
        queues.set(
          name,
          queue.filter((waiting) => waiting.owner !== owner),
        )
      }
      for (const holding of held.values()) if (holding.owner === owner) free(holding)
    },
  }
}
