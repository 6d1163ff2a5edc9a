import type { TabHost, TabLocks } from '../web-tabs.js'

/** What one tab of a fake browser has of it. */
export interface FakeTab extends TabHost {
  /** A frozen tab hears nothing and says nothing, but keeps its locks. */
  frozen: boolean
  /** The browser takes its locks away. */
  die(): void
}

/** Web Locks and channels of one browser. */
export interface FakeBrowser {
  open(hasLocks?: boolean): FakeTab
}

interface Holder {
  readonly owner: object
  readonly fail: (error: Error) => void
}

/** Makes a browser without tabs; what a tab posts is heard at once. */
export function createFakeBrowser(): FakeBrowser {
  const held = new Map<string, Holder>()
  let waiting: { readonly name: string; readonly owner: object; readonly grant: () => void }[] = []
  let ears: { readonly owner: FakeTab; readonly listen: (message: unknown) => void }[] = []

  function free(name: string): void {
    held.delete(name)
    const next = waiting.findIndex((one) => one.name === name)
    if (next >= 0) waiting.splice(next, 1)[0]?.grant()
  }

  const locksOf = (owner: object): TabLocks => ({
    request: (name, { ifAvailable = false, steal = false }, granted) =>
      new Promise((resolve, reject) => {
        const grant = (): void => {
          const holder = { owner, fail: reject }
          held.set(name, holder)
          void Promise.resolve(granted({})).then((result) => {
            if (held.get(name) === holder) free(name)
            resolve(result)
          })
        }
        if (steal) held.get(name)?.fail(new Error('stolen'))
        if (steal || !held.has(name)) grant()
        else if (ifAvailable) resolve(granted(null))
        else waiting.push({ name, owner, grant })
      }),
  })

  return {
    open(hasLocks = true) {
      const tab: FakeTab = {
        frozen: false,
        locks: undefined,
        channel: () => ({
          post(message) {
            if (tab.frozen) return
            for (const { owner, listen } of ears)
              if (owner !== tab && !owner.frozen) listen(message)
          },
          listen: (listen) => void ears.push({ owner: tab, listen }),
          close: () => void (ears = ears.filter(({ owner }) => owner !== tab)),
        }),
        die() {
          tab.frozen = true
          waiting = waiting.filter(({ owner }) => owner !== tab)
          for (const [name, { owner }] of held) if (owner === tab) free(name)
        },
      }
      return hasLocks ? Object.assign(tab, { locks: locksOf(tab) }) : tab
    },
  }
}
